package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Forwarder;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions of active health checks that servers lead elsewhere. */
final class RedirectedProbesTest extends ProbedServers {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  private static final String CREDENTIALS =
      "headers: {Authorization: a, COOKIE: b, Cookie2: c, WWW-Authenticate: d,"
          + " Proxy-Authorization: e, X-Key: f}";

  @Test
  void redirectsAreFollowedUnlessToldNotTo() {
    try (var end = new ScriptedServer(status(404), status(200));
        var server =
            new ScriptedServer(
                connection -> {
                  while (true) {
                    connection.readHead();
                    connection.send(
                        "HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: "
                            + end.url().resolve("/there?a")
                            + "\r\n\r\n");
                  }
                })) {
      assertThat(trouble(server.url(), "method: PUT")).contains("it answers with 404");
      assertThat(trouble(server.url(), "followRedirects: false")).isEmpty();
      assertThat(end.heads).singleElement().asString().startsWith("GET /there?a HTTP/1.1\r\n");

      // Nothing is kept of where only redirects led to.
      assertThat(trouble(server.url(), "method: HEAD")).isEmpty();
      assertThat(end.connections).hasSize(2);
    }
  }

  private static ScriptedServer.Script leadingTo(String location) {
    return connection -> {
      while (true) {
        connection.readHead();
        connection.send(
            "HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n");
      }
    };
  }

  @Test
  void credentialsStayWithTheHost() {
    try (var end = new ScriptedServer(status(200), status(200));
        var server = new ScriptedServer(leadingTo("http://localhost:" + end.port() + "/there"));
        var samePlace = new ScriptedServer(leadingTo(end.url().resolve("/here").toString()))) {
      assertThat(trouble(server.url(), CREDENTIALS)).isEmpty();
      assertThat(trouble(samePlace.url(), CREDENTIALS)).isEmpty();

      assertThat(server.heads.getFirst()).contains("Authorization: a\r\n", "X-Key: f\r\n");
      assertThat(end.heads.getFirst())
          .startsWith("GET /there ")
          .endsWith("\r\nUser-Agent: phalanx-health-check\r\nX-Key: f\r\n\r\n");
      // Another port is the same host, as in Go.
      assertThat(end.heads.getLast())
          .startsWith("GET /here ")
          .contains("Authorization: a\r\n", "Cookie2: c\r\n");
    }
  }

  @Test
  void credentialsThatWereWithheldDoNotComeBack() {
    var back = new CompletableFuture<String>();
    try (var other = new ScriptedServer(connection -> leadingTo(back.join()).run(connection));
        var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(
                      "HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: http://localhost:"
                          + other.port()
                          + "/\r\n\r\n");
                  connection.readHead();
                  connection.send(OK);
                  connection.readToEnd();
                })) {
      back.complete(server.url().resolve("/back").toString());

      assertThat(trouble(server.url(), CREDENTIALS)).isEmpty();

      assertThat(server.heads).hasSize(2);
      assertThat(server.heads.getLast())
          .startsWith("GET /back ")
          .contains("X-Key: f\r\n")
          .doesNotContain("Authorization", "Cookie");
    }
  }

  @Test
  void credentialsStayWithinTls() {
    var authority = new TestAuthority("ca");
    Forwarder.Transport trusting =
        forwarder.transport(
            new TransportOptions(
                TransportOptions.Timeouts.STANDARD,
                200,
                false,
                authority.trusted(),
                Optional.empty()));
    var context = authority.context(authority.issue("127.0.0.1"));
    try (var plain = new ScriptedServer(status(200));
        var server =
            new ScriptedServer(
                connection -> {
                  connection.startTls(context, "http/1.1");
                  leadingTo(plain.url().resolve("/plain").toString()).run(connection);
                })) {
      URI url = URI.create("https://127.0.0.1:" + server.port());

      assertThat(trouble(url, CREDENTIALS, trusting)).isEmpty();

      assertThat(server.heads.getFirst()).contains("Authorization: a\r\n");
      assertThat(plain.heads.getFirst())
          .startsWith("GET /plain ")
          .contains("X-Key: f\r\n")
          .doesNotContain("Authorization", "Cookie");
    }
  }

  @ParameterizedTest
  @CsvSource({"/, more than 10 times", "ftp://h/, no URL of HTTP", "'http://[', no URL of HTTP"})
  void redirectsThatLeadNowhereAreTrouble(String location, String trouble) {
    try (var server =
        new ScriptedServer(
            connection -> {
              while (true) {
                connection.readHead();
                connection.send(
                    "HTTP/1.1 307 X\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n");
              }
            })) {
      assertThat(trouble(server.url(), "path: /").orElse("")).contains(trouble);
      assertThat(server.heads).hasSizeLessThan(12);
    }
  }

  @Test
  void timeLeftIsForTheWholeWay() {
    try (var server =
        new ScriptedServer(
            connection -> {
              while (true) {
                connection.readHead();
                TimeUnit.MILLISECONDS.sleep(60);
                connection.send("HTTP/1.1 307 X\r\nContent-Length: 0\r\nLocation: /\r\n\r\n");
              }
            })) {
      long begin = System.nanoTime();

      assertThat(trouble(server.url(), "timeout: 150ms").orElse("")).contains("150 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(140));
    }
  }
}
