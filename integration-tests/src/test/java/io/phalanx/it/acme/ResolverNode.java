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

  /**
   * @param directory of this node alone
   * @param further arguments of it
   */
  ResolverNode(Path directory, String address, int httpPort, int tlsPort, List<String> further) {
    this.directory = directory;
    this.address = address;
    this.httpPort = httpPort;
    this.tlsPort = tlsPort;
    this.further = List.copyOf(further);
  }

  NodeProcess start(Pebble authority, Path routes) throws IOException {
    var arguments =
        new ArrayList<>(
            List.of(
                "--entryPoints.web.address=" + address + ':' + httpPort,
                "--entryPoints.secure.address=" + address + ':' + tlsPort,
                "--ping.entryPoint=web",
                "--providers.providersThrottleDuration=50ms",
                "--providers.file.filename=" + routes));
    for (String resolver : List.of("web", "secure")) {
      String acme = "--certificatesResolvers." + resolver + ".acme.";
      arguments.add(acme + "caServer=" + authority.url());
      arguments.add(acme + "caCertificates=" + authority.certificate());
      arguments.add(acme + "email=ops@example.org");
      arguments.add(acme + "keyType=EC256");
    }
    arguments.add("--certificatesResolvers.web.acme.httpChallenge.entryPoint=web");
    arguments.add("--certificatesResolvers.secure.acme.tlsChallenge=true");
    arguments.addAll(further);
    return NodeProcess.start(directory, arguments);
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
