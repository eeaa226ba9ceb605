package io.phalanx.it.acme;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.Signals;
import io.phalanx.it.harness.TrustEveryone;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * A real Pebble with its challenge test server as its resolver. Nonces are rejected and validations
 * delayed as it does by itself. It forgets everything when it ends.
 */
final class Pebble implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Pattern ISSUED = Pattern.compile("Issued certificate serial (\\S+) for");

  private final Path directory;
  private final int port;
  private final int management;
  private final int dns;
  private final int dnsManagement;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();

  /**
   * @param httpPort where it validates HTTP-01
   * @param tlsPort where it validates TLS-ALPN-01
   */
  Pebble(Path directory, int httpPort, int tlsPort) throws Exception {
    List<Integer> ports = Ports.free(4);
    this.directory = Files.createDirectories(directory);
    this.port = ports.get(0);
    this.management = ports.get(1);
    this.dns = ports.get(2);
    this.dnsManagement = ports.get(3);
    identity();
    Files.writeString(
        directory.resolve("pebble.json"),
        """
        {"pebble": {
          "listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
          "certificate": "%s", "privateKey": "%s",
          "httpPort": %d, "tlsPort": %d,
          "ocspResponderURL": "", "externalAccountBindingRequired": false
        }}
        """
            .formatted(
                port, management, certificate(), directory.resolve("key.pem"), httpPort, tlsPort));
  }

  private void identity() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    var subject = new X500Name("CN=authority");
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            subject,
            BigInteger.TWO,
            Date.from(now.minus(Duration.ofMinutes(5))),
            Date.from(now.plus(Duration.ofDays(1))),
            subject,
            pair.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.iPAddress, HOST)));
    pem(
        certificate(),
        "CERTIFICATE",
        builder
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))
            .getEncoded());
    pem(directory.resolve("key.pem"), "PRIVATE KEY", pair.getPrivate().getEncoded());
  }

  private static void pem(Path file, String kind, byte[] content) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(new PemObject(kind, content));
    }
    Files.writeString(file, text.toString(), US_ASCII);
  }

  /** Of its own server, for those who ask it. */
  Path certificate() {
    return directory.resolve("server.pem");
  }

  String url() {
    return "https://" + HOST + ':' + port + "/dir";
  }

  private static Path program(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    name
                        + " is not on the PATH: install Debian's package pebble (.ci/pebble.sh does"
                        + " that)"));
  }

  Pebble start() throws Exception {
    launch(
        "dns",
        List.of(
            program("pebble-challtestsrv").toString(),
            "-dns01",
            "127.0.0.1:" + dns,
            "-management",
            "127.0.0.1:" + dnsManagement,
            "-http01",
            "",
            "-https01",
            "",
            "-tlsalpn01",
            "",
            "-defaultIPv6",
            "",
            "-defaultIPv4",
            "127.0.0.1"));
    launch(dns);
    await(dnsManagement);
    return this;
  }

  /** Without its own: it asks a name server that is there already. */
  Pebble startAsking(int nameServer) throws Exception {
    launch(nameServer);
    await(port);
    return this;
  }

  private void launch(int nameServer) throws IOException {
    launch(
        "pebble",
        List.of(
            program("pebble").toString(),
            "-config",
            directory.resolve("pebble.json").toString(),
            "-dnsserver",
            "127.0.0.1:" + nameServer));
  }

  private void await(int further) throws Exception {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!Ports.listens(port) || !Ports.listens(further)) {
      if (System.nanoTime() > end || processes.stream().anyMatch(one -> !one.isAlive())) {
        throw new AssertionError("pebble did not start:\n" + log("pebble") + log("dns"));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void launch(String name, List<String> command) throws IOException {
    var builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()));
    builder.environment().keySet().removeIf(variable -> variable.startsWith("PEBBLE_"));
    processes.add(builder.start());
  }

  /** From now on the name leads there. */
  void resolve(String name, String address) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dnsManagement + "/add-a"))
            .timeout(Duration.ofSeconds(10))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"host\": \"%s.\", \"addresses\": [\"%s\"]}".formatted(name, address)))
            .build();
    int status = http.send(request, BodyHandlers.ofString()).statusCode();
    if (status != 200) {
      throw new AssertionError("the name server answers " + status);
    }
  }

  /** How many certificates it issued. */
  long issued() {
    return ISSUED.matcher(log("pebble")).results().count();
  }

  /**
   * What it says of a certificate, such as that it is revoked, and why.
   *
   * @param serial in hexadecimal digits
   */
  String status(String serial) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(TrustEveryone.context()).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create(
                      "https://" + HOST + ':' + management + "/cert-status-by-serial/" + serial))
              .timeout(Duration.ofSeconds(10))
              .build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  /** It answers nothing until {@link #thaw}. */
  void freeze() throws Exception {
    for (Process process : processes) {
      Signals.freeze(process);
    }
  }

  void thaw() throws Exception {
    for (Process process : processes) {
      Signals.thaw(process);
    }
  }

  String log() {
    return log("pebble");
  }

  private String log(String name) {
    try {
      return Files.readString(directory.resolve(name + ".log"));
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  void stop() {
    processes.forEach(Process::destroyForcibly);
    processes.clear();
  }

  @Override
  public void close() {
    stop();
    http.close();
  }
}
