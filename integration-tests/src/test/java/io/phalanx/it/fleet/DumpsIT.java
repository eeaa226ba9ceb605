package io.phalanx.it.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.TrustEveryone;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody learns of keys who gets a heap dump or the data directory of a member: of
 * certificates that its fleet serves, and of the fleet itself.
 */
class DumpsIT {
  private static final int NODES = 3;
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);

  private static final int COLLECTIONS = 4;

  /** PKCS #8 of a key for P-256, up to the key: members have one that nobody else knows. */
  private static final byte[] BEGIN_OF_EC_KEY =
      HexFormat.of().parseHex("020100301306072a8648ce3d020106082a8648ce3d03010704");

  @TempDir private Path directory;

  private final List<NodeProcess> nodes = new ArrayList<>();
  private final List<SSLSocket> connections = new ArrayList<>();
  private final FleetKey key = FleetKey.generate();
  private Origin origin;
  private FleetLayout fleet;

  @BeforeEach
  void startOrigin() throws Exception {
    origin = Origin.start("origin");
    fleet = new FleetLayout(directory, NODES);
  }

  @AfterEach
  void endAll() throws IOException {
    for (SSLSocket connection : connections) {
      connection.close();
    }
    nodes.forEach(NodeProcess::close);
    origin.close();
  }

  private static Identity identity(String kind, String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    generator.initialize(kind.equals("EC") ? 256 : 2048);
    KeyPair pair = generator.generateKeyPair();
    return Identity.of(pair, name, name + ".test");
  }

  private void write(Identity identity, String file) throws IOException {
    Files.writeString(directory.resolve(file + ".crt"), identity.certificate());
    Files.writeString(directory.resolve(file + ".key"), identity.keyText());
  }

  /** One certificate in files, one in the text itself, one whose file has the key, too. */
  private String routes(Identity inText, Identity shown) {
    return """
    http:
      routers:
        ready: {rule: "Path(`/`)", service: app}
        secure: {rule: "Path(`/`)", service: app, tls: {}}
      services: {app: {loadBalancer: {serversTransport: mutual, servers: [{url: "%s"}]}}}
      serversTransports: {mutual: {certificates: [{certFile: %s, keyFile: %s}]}}
    tls:
      stores: {default: {defaultCertificate: {certFile: %s/both.pem, keyFile: %4$s/both.pem}}}
      certificates:
        - {certFile: %4$s/files.crt, keyFile: %4$s/files.key}
        - {certFile: %s, keyFile: %s}
    """
        .formatted(
            origin.url(),
            quoted(shown.certificate()),
            quoted(shown.keyText()),
            directory,
            quoted(inText.certificate()),
            quoted(inText.keyText()));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\n", "\\n") + '"';
  }

  /** Waits until a node shows the certificate in files, with a key of this kind. */
  private void awaitKey(int node, String kind) throws Exception {
    Eventually.becomes(START_LIMIT, () -> keyInFiles(node), kind::equals);
  }

  private String keyInFiles(int node) {
    try (SSLSocket socket = connect(node, "files", "TLSv1.3")) {
      return shown(socket).equals("CN=files")
          ? socket.getSession().getPeerCertificates()[0].getPublicKey().getAlgorithm()
          : shown(socket);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String shown(SSLSocket socket) throws IOException {
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  private SSLSocket connect(int node, String name, String protocol) throws IOException {
    String host = name + ".test";
    var plain = new Socket("127.0.0.1", fleet.port(node));
    plain.setSoTimeout(10_000);
    var socket =
        (SSLSocket)
            TrustEveryone.context()
                .getSocketFactory()
                .createSocket(plain, host, fleet.port(node), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(host)));
    parameters.setProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Connections are there while the dump is made: TLS remembers what each was made with. */
  private void stayConnected(int node, String name) throws IOException {
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      SSLSocket socket = connect(node, name, protocol);
      connections.add(socket);
      assertThat(shown(socket)).isEqualTo("CN=" + name);
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n".getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), US_ASCII))
          .isEqualTo("HTTP/1.1 200");
    }
  }

  private byte[] derived(String purpose, int length) throws Exception {
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.ofExtract()
                .addIKM(Base64.getDecoder().decode(key.text()))
                .thenExpand(purpose.getBytes(UTF_8), length));
  }

  /** As {@code FleetAuthority} derives it. */
  private BigInteger authorityKey() throws Exception {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    BigInteger order = parameters.getParameterSpec(ECParameterSpec.class).getOrder();
    return new BigInteger(1, derived("phalanx fleet authority 1", 48))
        .mod(order.subtract(BigInteger.ONE))
        .add(BigInteger.ONE);
  }

  private Traces fleetTraces() throws Exception {
    return new Traces()
        .bytes("the fleet key", Base64.getDecoder().decode(key.text()))
        .text("the fleet key: its text", key.text().substring(0, 40))
        .number("the key of the fleet's authority", authorityKey())
        .bytes("what revisions are sealed with", derived("phalanx sealing 1 revision", 32))
        .bytes("an EC key in PKCS #8", BEGIN_OF_EC_KEY);
  }

  /**
   * Of what lives. A collection may leave what is dead where it lies, and dumps show that, too; one
   * in four moves all that lives together (MarkSweepAlwaysCompactCount).
   */
  private Path dump(NodeProcess node) throws IOException, InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      jcmd(node, "GC.run");
    }
    Path file = directory.resolve(node.pid() + ".hprof");
    String told = jcmd(node, "GC.heap_dump", file.toString());
    assertThat(file).as(told).exists();
    return file;
  }

  private static String jcmd(NodeProcess node, String... words)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add(Long.toString(node.pid()));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return told;
  }

  private static Set<String> inAll(Path directory, Traces traces) throws IOException {
    var found = new TreeSet<String>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.addAll(traces.in(file));
      }
    }
    return found;
  }

  @Test
  void neitherShowsAPrivateKey() throws Exception {
    Identity before = identity("EC", "files");
    Identity now = identity("RSA", "files");
    Identity inText = identity("EC", "text");
    Identity both = identity("RSA", "both");
    Identity shown = identity("EC", "shown");
    write(before, "files");
    Files.writeString(directory.resolve("both.pem"), both.keyText() + both.certificate());
    Path routes = directory.resolve("routes.yml");
    Files.writeString(routes, routes(inText, shown));
    Path keyFile = directory.resolve("fleet.key");
    key.write(keyFile);
    for (int i = 0; i < NODES; i++) {
      nodes.add(
          fleet.start(
              i,
              i == 0,
              keyFile,
              List.of(
                  "--providers.providersThrottleDuration=100ms",
                  "--providers.file.filename=" + routes)));
      awaitKey(i, "EC");
    }
    write(now, "files");
    for (int i = 0; i < NODES; i++) {
      awaitKey(i, "RSA");
      stayConnected(i, "files");
      stayConnected(i, "text");
      stayConnected(i, "both");
      assertThat(fleet.ask(i, "config history")).contains("file on");
      assertThat(fleet.ask(i, "config diff 1 3")).contains("keyFile");
      assertThat(fleet.ask(i, "config show")).contains("keyFile");
    }

    Traces secrets =
        fleetTraces()
            .key("a key that was replaced", before.key())
            .key("a key in a file", now.key())
            .key("a key in the text", inText.key())
            .key("a key beside its certificate", both.key())
            .key("a key for servers", shown.key());
    Traces known = new Traces().text("a certificate", line(both.certificate()));
    for (NodeProcess node : nodes) {
      Path dump = dump(node);
      assertThat(known.in(dump)).containsExactly("a certificate");
      assertThat(secrets.in(dump)).isEmpty();
      Files.delete(dump);
      assertThat(jcmd(node, "GC.class_histogram").lines()).noneMatch(DumpsIT::isOfPrivateKeys);
    }
    for (int i = 0; i < NODES; i++) {
      assertThat(fleet.data(i).resolve("fleet").resolve("revisions")).isNotEmptyDirectory();
      assertThat(inAll(directory.resolve("node-" + i), secrets)).isEmpty();
    }
    assertThat(secrets.in(directory.resolve("files.key")))
        .containsExactly("a key in a file: a line of text");
  }

  /**
   * Whether a line of a histogram counts keys of the platform or of a library; those of Conscrypt
   * are pointers to what is outside of the heap.
   */
  private static boolean isOfPrivateKeys(String line) {
    return line.matches(".*\\S(PrivateKey|PrivateCrtKey)(Impl)?( .*)?")
        && !line.contains(" org.conscrypt.OpenSSL");
  }

  /** The second line of a PEM text. */
  private static String line(String pem) {
    return pem.lines().skip(1).findFirst().orElseThrow();
  }
}
