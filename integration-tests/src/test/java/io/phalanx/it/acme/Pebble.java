package io.phalanx.it.acme;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.Signals;
import io.phalanx.it.harness.TrustEveryone;
import java.io.ByteArrayInputStream;
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
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * A real Pebble with its challenge test server as its resolver. Nonces are rejected and validations
 * delayed as it does by itself. It forgets everything when it ends.
 */
final class Pebble implements AcmeServer, AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final char[] NO_PASSWORD = new char[0];
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Pattern ISSUED =
      Pattern.compile("Issued certificate serial (\\S+) for order (\\S+)");

  private final Path directory;
  private final int port;
  private final int management;
  private final int dns;
  private final int dnsManagement;
  private final SSLContext identity;
  private final Making making;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();

  /**
   * What is different from how it usually is.
   *
   * @param program the folder that it is in, if not on the PATH
   * @param environment of its process
   * @param options of its configuration, as JSON, each with a comma in front
   * @param binds whether accounts must be bound to ones that it knows
   */
  record Making(
      Optional<Path> program, Map<String, String> environment, String options, boolean binds) {
    Making(Optional<Path> program, Map<String, String> environment, String options) {
      this(program, environment, options, false);
    }

    static final Making USUAL = new Making(Optional.empty(), Map.of(), "");

    /** Looks at challenges without waiting before. */
    static final Making QUICK = new Making(Optional.empty(), Map.of("PEBBLE_VA_NOSLEEP", "1"), "");
  }

  /**
   * @param httpPort where it validates HTTP-01
   * @param tlsPort where it validates TLS-ALPN-01
   */
  Pebble(Path directory, int httpPort, int tlsPort) throws Exception {
    this(directory, httpPort, tlsPort, Making.USUAL);
  }

  /**
   * @param httpPort where it validates HTTP-01
   * @param tlsPort where it validates TLS-ALPN-01
   */
  Pebble(Path directory, int httpPort, int tlsPort, Making making) throws Exception {
    this.making = making;
    List<Integer> ports = Ports.free(4);
    this.directory = Files.createDirectories(directory);
    this.port = ports.get(0);
    this.management = ports.get(1);
    this.dns = ports.get(2);
    this.dnsManagement = ports.get(3);
    this.identity = identity();
    Files.writeString(
        directory.resolve("pebble.json"),
        """
        {"pebble": {
          "listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
          "certificate": "%s", "privateKey": "%s",
          "httpPort": %d, "tlsPort": %d,
          "ocspResponderURL": "", "externalAccountBindingRequired": %s%s
        }}
        """
            .formatted(
                port,
                management,
                certificate(),
                directory.resolve("key.pem"),
                httpPort,
                tlsPort,
                making.binds(),
                making.options()));
  }

  private SSLContext identity() throws Exception {
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
    X509Certificate certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
    pem(certificate(), "CERTIFICATE", certificate.getEncoded());
    pem(directory.resolve("key.pem"), "PRIVATE KEY", pair.getPrivate().getEncoded());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("authority", pair.getPrivate(), NO_PASSWORD, new Certificate[] {certificate});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** What its server shows, for others in its place. */
  SSLContext shown() {
    return identity;
  }

  private static void pem(Path file, String kind, byte[] content) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(new PemObject(kind, content));
    }
    Files.writeString(file, text.toString(), US_ASCII);
  }

  @Override
  public Path certificate() {
    return directory.resolve("server.pem");
  }

  @Override
  public String url() {
    return "https://" + HOST + ':' + port + "/dir";
  }

  private static Path program(String name, Optional<Path> folder) {
    return Stream.concat(
            folder.stream(),
            Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of))
        .map(place -> place.resolve(name))
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
            program("pebble-challtestsrv", Optional.empty()).toString(),
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
            program("pebble", making.program()).toString(),
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
    builder.environment().putAll(making.environment());
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

  /** The common name of one of its roots, by a number from 0. */
  String rootName(int number) throws Exception {
    URI uri = URI.create("https://" + HOST + ':' + management + "/roots/" + number);
    try (HttpClient trusting =
        HttpClient.newBuilder().sslContext(TrustEveryone.context()).build()) {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
      byte[] pem = trusting.send(request, BodyHandlers.ofByteArray()).body();
      var root =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(pem));
      return root.getSubjectX500Principal().getName().replaceFirst(".*CN=([^,]+).*", "$1");
    }
  }

  int port() {
    return port;
  }

  /** How many certificates it issued for an order. */
  long issuedFor(String order) {
    return ISSUED
        .matcher(log("pebble"))
        .results()
        .filter(issued -> issued.group(2).equals(order))
        .count();
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
