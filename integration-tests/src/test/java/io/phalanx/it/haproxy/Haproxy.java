package io.phalanx.it.haproxy;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * The real HAProxy, which takes no connection without a PROXY header and answers everything with
 * both ends of the connection as it was told of them.
 */
final class Haproxy implements AutoCloseable {
  /** Where Debian has servers, which a user's own PATH often leaves out. */
  private static final String SERVERS = "/usr/local/sbin:/usr/sbin:/sbin";

  private static final String CONFIGURATION =
      """
      defaults
        mode http
        timeout connect 5s
        timeout client 60s
        timeout server 5s
      frontend told
        bind 127.0.0.1:%d accept-proxy
        bind 127.0.0.1:%d accept-proxy proto h2
        bind 127.0.0.1:%d accept-proxy ssl crt %s alpn h2,http/1.1
        http-request return status 200 content-type text/plain \
      lf-string "%%[src] %%[src_port] %%[dst] %%[dst_port]"
      """;

  private final Process process;
  private final Path log;

  private Haproxy(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** The program, if it is installed. */
  static Optional<Path> program() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of((path + ':' + SERVERS).split(":"))
        .filter(directory -> !directory.isBlank())
        .map(directory -> Path.of(directory, "haproxy"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * @param http port for HTTP/1.1, as the others are for HTTP/2 and TLS
   */
  static Haproxy start(Path program, Path directory, int http, int h2c, int tls)
      throws IOException,
          InterruptedException,
          GeneralSecurityException,
          OperatorCreationException {
    Path certificate = directory.resolve("haproxy.pem");
    Files.writeString(certificate, certificate());
    Path configuration = directory.resolve("haproxy.cfg");
    Files.writeString(configuration, CONFIGURATION.formatted(http, h2c, tls, certificate));
    Path log = directory.resolve("haproxy.log");
    var started =
        new Haproxy(
            new ProcessBuilder(program.toString(), "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start(),
            log);
    started.awaitConnections(http);
    return started;
  }

  private void awaitConnections(int port) throws InterruptedException {
    for (int i = 0; i < 1_000 && process.isAlive(); i++) {
      try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException _) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
    close();
    throw new AssertionError("HAProxy takes no connections:\n" + log());
  }

  /** With its key, as HAProxy wants it. */
  private static String certificate()
      throws IOException, GeneralSecurityException, OperatorCreationException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    var name = new X500Name("CN=haproxy");
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.ONE,
            Date.from(now.minus(Duration.ofDays(1))),
            Date.from(now.plus(Duration.ofDays(1))),
            name,
            keys.getPublic());
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
      writer.writeObject(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded()));
    }
    return text.toString();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  /** It has nothing to lose. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
