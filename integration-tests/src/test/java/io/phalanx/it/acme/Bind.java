package io.phalanx.it.acme;

import io.phalanx.it.harness.Ports;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** A real BIND on loopback: one zone, which it changes for whoever has its key. */
final class Bind implements AutoCloseable {
  static final String ZONE = "dns.test";

  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final Path directory;
  private final int port = Ports.free(1).getFirst();
  private final String secret;
  private final Process process;

  Bind(Path directory) throws Exception {
    this.directory = Files.createDirectories(directory);
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    secret = Base64.getEncoder().encodeToString(random);
    Files.writeString(
        keyFile(),
        "key \"phalanx\" { algorithm hmac-sha256; secret \"%s\"; };%n".formatted(secret));
    Files.writeString(
        directory.resolve("zone"),
        """
        $TTL 60
        @ SOA ns ops 1 60 60 60 60
        @ NS ns
        ns A 127.0.0.1
        _acme-challenge.alias CNAME alias.challenges
        """);
    Files.writeString(directory.resolve("named.conf"), configuration());
    // Where AppArmor is on, the installed one may read nothing here; a copy has no profile.
    Path copy =
        Files.copy(program(), directory.resolve("named"), StandardCopyOption.COPY_ATTRIBUTES);
    process =
        new ProcessBuilder(copy.toString(), "-g", "-n", "1", "-c", directory + "/named.conf")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("named.log").toFile())
            .start();
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!Ports.listens(port)) {
      if (System.nanoTime() > end || !process.isAlive()) {
        close();
        throw new AssertionError("named did not start:\n" + log());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private String configuration() {
    return """
    include "%1$s/key";
    options {
      directory "%1$s"; pid-file none; session-keyfile none;
      listen-on port %2$d { 127.0.0.1; }; listen-on-v6 { none; };
      recursion no; dnssec-validation no; notify no; allow-transfer { none; };
    };
    controls { };
    zone "%3$s" { type primary; file "%1$s/zone"; allow-update { key phalanx; }; };
    """
        .formatted(directory, port, ZONE);
  }

  private static Path program() {
    String path = System.getenv("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin";
    return Stream.of(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, "named"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "named is not on the PATH: install Debian's package bind9 (.ci/bind.sh does"
                        + " that)"));
  }

  /** As {@code tsig-keygen} writes it. */
  Path keyFile() {
    return directory.resolve("key");
  }

  String secret() {
    return secret;
  }

  int port() {
    return port;
  }

  /** The texts that it shows for a name. */
  List<String> texts(String name) throws IOException {
    var server = new SimpleResolver("127.0.0.1");
    server.setPort(port);
    server.setTimeout(Duration.ofSeconds(5));
    Message answer =
        server.send(
            Message.newQuery(Record.newRecord(Name.fromString(name + '.'), Type.TXT, DClass.IN)));
    return answer.getSection(Section.ANSWER).stream()
        .filter(TXTRecord.class::isInstance)
        .map(record -> String.join("", ((TXTRecord) record).getStrings()))
        .toList();
  }

  String log() {
    try {
      return Files.readString(directory.resolve("named.log"));
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
