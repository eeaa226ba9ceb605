package io.phalanx.it.acme;

import io.phalanx.it.harness.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A node whose certificate resolvers ask one authority: {@code web} by HTTP-01, {@code secure} by
 * TLS-ALPN-01.
 */
final class ResolverNode {
  private final Path directory;
  private final String address;
  private final int httpPort;
  private final int tlsPort;
  private final List<String> further;
  private final List<String> jvmOptions;

  /**
   * @param directory of this node alone
   * @param further arguments of it
   */
  ResolverNode(Path directory, String address, int httpPort, int tlsPort, List<String> further) {
    this(directory, address, httpPort, tlsPort, further, List.of());
  }

  /**
   * @param directory of this node alone
   * @param further arguments of it
   * @param jvmOptions beside those of every node
   */
  ResolverNode(
      Path directory,
      String address,
      int httpPort,
      int tlsPort,
      List<String> further,
      List<String> jvmOptions) {
    this.directory = directory;
    this.address = address;
    this.httpPort = httpPort;
    this.tlsPort = tlsPort;
    this.further = List.copyOf(further);
    this.jvmOptions = List.copyOf(jvmOptions);
  }

  NodeProcess start(AcmeServer authority, Path routes) throws IOException {
    return start(authority, authority, routes);
  }

  /** The two resolvers may ask different ones. */
  NodeProcess start(AcmeServer web, AcmeServer secure, Path routes) throws IOException {
    return NodeProcess.startWith(options(), directory, arguments(web, secure, routes));
  }

  /** The same with a command in front, which runs it. */
  NodeProcess startBy(List<String> command, AcmeServer authority, Path routes) throws IOException {
    var all = new ArrayList<>(command);
    all.addAll(NodeProcess.command(options(), List.of()));
    return NodeProcess.startBy(all, directory, arguments(authority, authority, routes));
  }

  private List<String> options() {
    var options = new ArrayList<>(NodeProcess.QUICK_START);
    options.addAll(jvmOptions);
    return options;
  }

  private List<String> arguments(AcmeServer web, AcmeServer secure, Path routes) {
    var arguments =
        new ArrayList<>(
            List.of(
                "--entryPoints.web.address=" + address + ':' + httpPort,
                "--entryPoints.secure.address=" + address + ':' + tlsPort,
                "--ping.entryPoint=web",
                "--providers.providersThrottleDuration=50ms",
                "--providers.file.filename=" + routes));
    arguments.addAll(resolver("web", web));
    arguments.addAll(resolver("secure", secure));
    arguments.add("--certificatesResolvers.web.acme.httpChallenge.entryPoint=web");
    arguments.add("--certificatesResolvers.secure.acme.tlsChallenge=true");
    arguments.addAll(further);
    return arguments;
  }

  private static List<String> resolver(String name, AcmeServer authority) {
    String acme = "--certificatesResolvers." + name + ".acme.";
    return List.of(
        acme + "caServer=" + authority.url(),
        acme + "caCertificates=" + authority.certificate(),
        acme + "email=ops@example.org",
        acme + "keyType=EC256");
  }

  String address() {
    return address;
  }

  Site site(String name) {
    return new Site(address, tlsPort, name);
  }

  Path data() {
    return directory.resolve("data");
  }
}
