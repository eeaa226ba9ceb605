package io.phalanx.node.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.ClientTls;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.TestHeaders;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.settings.LogSettings;
import io.phalanx.node.settings.LogSettings.Mode;
import io.phalanx.node.tls.ClientAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogWriterTest {
  @TempDir private Path directory;

  private LogSettings.AccessLog settings(String format, Map<String, Mode> headers) {
    var fields =
        new LogSettings.Fields(
            Mode.KEEP,
            Map.of(),
            new LogSettings.HeaderFields(Mode.DROP, headers),
            new LogSettings.QueryParameters(Mode.KEEP));
    return new LogSettings.AccessLog(
        Optional.of(file().toString()), format, 0, false, Optional.empty(), fields);
  }

  private Path file() {
    return directory.resolve("deep").resolve("access.log");
  }

  private static CompletedExchange exchange(String target, String agent) {
    return exchange("192.0.2.1", target, agent);
  }

  private static CompletedExchange exchange(String peer, String target, String agent) {
    Headers headers = new TestHeaders();
    headers.add(HeaderName.of("User-Agent"), agent);
    var request =
        new RequestHead(
            "GET",
            false,
            "web",
            Peer.of(InetAddress.ofLiteral(peer), 4711),
            "a.test",
            target,
            Optional.empty(),
            headers);
    var trail = new Trail();
    trail.routedBy("app@file", "app@file", false, true, true);
    trail.sentTo("http://10.0.0.1", 0);
    return new CompletedExchange(
        request,
        "a.test",
        target,
        "HTTP/1.1",
        new ResponseHead(200, new TestHeaders()),
        trail,
        Instant.parse("2026-01-02T03:04:05Z"),
        Duration.ofMillis(7),
        0,
        0,
        9);
  }

  private List<String> written(LogSettings.AccessLog settings, CompletedExchange... exchanges)
      throws IOException {
    try (var writer = new AccessLogWriter(settings)) {
      for (CompletedExchange exchange : exchanges) {
        writer.completed(exchange);
      }
    }
    return Files.readAllLines(file());
  }

  @Test
  void writesTraefiksCommonLine() throws IOException {
    assertThat(written(settings("common", Map.of()), exchange("/a", "x")))
        .containsExactly(
            "192.0.2.1 - - [02/Jan/2026:03:04:05 +0000] \"GET /a HTTP/1.1\" 200 9 \"-\" \"-\" 1"
                + " \"app@file\" \"http://10.0.0.1\" 7ms");
  }

  @Test
  void countsRetriesAndWritesThemAlone() throws IOException {
    var filters = new LogSettings.Filters(List.of(), true, Duration.ZERO);
    LogSettings.AccessLog json = settings("json", Map.of());
    var onlyRetried =
        new LogSettings.AccessLog(
            json.filePath(), "json", 0, false, Optional.of(filters), json.fields());
    CompletedExchange retried = exchange("/retried", "x");
    retried.trail().retried();

    List<String> lines = written(onlyRetried, exchange("/once", "x"), retried);

    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).contains("\"RequestPath\":\"/retried\"", "\"RetryAttempts\":1");
  }

  @Test
  void aClientCannotEndAFieldOrALine() throws IOException {
    List<String> lines =
        written(
            settings("common", Map.of("user-agent", Mode.KEEP)),
            exchange("/a", "x\" 500 \u0001\u001b[2J\\"));

    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).contains("\"x\\\" 500 \\x01\\x1b[2J\\\\\"");
  }

  @Test
  void jsonEscapesWhateverItHolds() throws IOException {
    List<String> lines =
        written(settings("json", Map.of("User-Agent", Mode.KEEP)), exchange("/a", "\"},{\u0001"));

    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).contains("\"request_User-Agent\":\"\\\"},{\\u0001\"");
  }

  @Test
  void jsonNamesTheClientThatShowedACertificate() throws IOException {
    CompletedExchange known = exchange("/a", "x");
    X509Certificate certificate =
        new ClientAuthority("staff").issue("O=Acme,CN=alice\\, of sales").certificate();
    known
        .request()
        .tls(new ClientTls("1.3", "TLS_AES_128_GCM_SHA256", "a.test", List.of(certificate)));

    List<String> lines = written(settings("json", Map.of()), known, exchange("/b", "x"));

    assertThat(lines.getFirst()).contains("\"TLSClientSubject\":\"CN=alice\\\\, of sales,O=Acme\"");
    assertThat(lines.getLast()).doesNotContain("TLSClientSubject");
  }

  @Test
  void anIpv6AddressIsWrittenAsTraefikDoes() throws IOException {
    CompletedExchange exchange = exchange("2001:db8:0:0:0:0:0:7", "/a", "x");

    assertThat(written(settings("common", Map.of()), exchange))
        .first()
        .asString()
        .startsWith("2001:db8::7 - - [");
    assertThat(written(settings("json", Map.of()), exchange))
        .last()
        .asString()
        .contains("\"ClientAddr\":\"[2001:db8::7]:4711\"", "\"ClientHost\":\"2001:db8::7\"");
  }

  @Test
  void writesOnAfterItsFileWasMovedAway() throws Exception {
    try (var writer = new AccessLogWriter(settings("common", Map.of()))) {
      writer.completed(exchange("/before", "x"));
      writer.reopen();
      writer.completed(exchange("/after", "x"));
    }
    assertThat(Files.readAllLines(file())).hasSize(2);
  }

  @Test
  void countsWhatAFullDiskDoesNotTake() throws IOException {
    Files.createDirectories(file().getParent());
    Files.createSymbolicLink(file(), Path.of("/dev/full"));
    var writer = new AccessLogWriter(settings("common", Map.of()));

    writer.completed(exchange("/a", "x"));
    writer.completed(exchange("/b", "x"));
    writer.close();

    assertThat(writer.dropped()).isEqualTo(2);
  }

  @Test
  void goesOnWhenTheDiskIsMended() throws Exception {
    Files.createDirectories(file().getParent());
    Files.createSymbolicLink(file(), Path.of("/dev/full"));
    try (var writer = new AccessLogWriter(settings("common", Map.of()))) {
      writer.completed(exchange("/lost", "x"));
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (writer.dropped() == 0 && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      Files.delete(file());
      writer.reopen();
      writer.completed(exchange("/kept", "x"));
    }
    assertThat(Files.readAllLines(file())).hasSize(1).allMatch(line -> line.contains("/kept"));
  }

  @Test
  void aFileThatCannotBeOpenedIsNamed() throws IOException {
    Files.writeString(directory.resolve("deep"), "a file where a directory should be");

    assertThatThrownBy(() -> new AccessLogWriter(settings("common", Map.of())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("access.log");
  }

  @Test
  void refusesAStatusThatIsNone() {
    assertThatThrownBy(
            () ->
                LineFilter.of(
                    Optional.of(new LogSettings.Filters(List.of("4xx"), false, Duration.ZERO))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4xx");
  }
}
