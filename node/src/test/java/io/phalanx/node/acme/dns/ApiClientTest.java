package io.phalanx.node.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.dns.ApiClient.Signing;
import io.phalanx.node.acme.dns.TestApi.Answering;
import io.phalanx.node.acme.dns.TestApi.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiClientTest {
  private final Queue<Reply> replies = new ArrayDeque<>();
  private final TestApi api;

  ApiClientTest() throws IOException {
    Answering next = _ -> replies.size() > 1 ? replies.remove() : replies.element();
    api = new TestApi(next);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private ApiClient client(String base, Duration limit) {
    return new ApiClient(
        api.connection(),
        URI.create(base),
        limit,
        Signing.with("Authorization", "Bearer sesame"),
        List.of("sesame"));
  }

  private ApiClient client() {
    return client(api.url(), Duration.ofSeconds(10));
  }

  private static Reply busy(String retryAfter) {
    return new Reply(429, "{\"message\": \"slower\"}", Map.of("Retry-After", retryAfter));
  }

  @Test
  void asksAgainWhenItIsTold() throws Exception {
    replies.add(busy("7"));
    replies.add(busy("Fri, 27 Nov 2026 12:00:20 GMT"));
    replies.add(busy("nonsense"));
    replies.add(Reply.of(200, "{\"a\": 1}"));

    assertThat(client().get("/x").path("a").asInt()).isEqualTo(1);
    assertThat(api.time().pauses())
        .containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(13), Duration.ofSeconds(3));
  }

  @Test
  void doesNotAskForEver() {
    replies.add(busy("1"));

    assertThatThrownBy(() -> client().get("/x"))
        .isInstanceOf(DnsException.class)
        .hasMessage("127.0.0.1 answers 429: slower");
    assertThat(api.calls()).hasSize(4);
  }

  @Test
  void doesNotWaitForHoursButSaysUntilWhen() {
    replies.add(busy("3600"));

    assertThatThrownBy(() -> client().get("/x"))
        .isInstanceOfSatisfying(
            DnsException.class,
            e -> assertThat(e.until()).contains(api.time().instant().plusSeconds(3600)));
    assertThat(api.time().pauses()).isEmpty();
    replies.clear();
    replies.add(busy("999999999"));
    assertThatThrownBy(() -> client().get("/x"))
        .isInstanceOfSatisfying(
            DnsException.class,
            e -> assertThat(e.until()).contains(api.time().instant().plus(Duration.ofHours(6))));
  }

  @Test
  void takesNoMoreThanItCanUse() {
    replies.add(Reply.of(200, "\"" + "x".repeat(1 << 20) + "\""));

    assertThatThrownBy(() -> client().get("/x"))
        .isInstanceOf(DnsException.class)
        .hasMessageStartingWith("127.0.0.1: ");
  }

  @Test
  void waitsNoLongerForABodyThanForAHead() throws Exception {
    try (var server = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  // Stays open until the test ends.
                  Socket socket = server.accept();
                  socket
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"
                              .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException _) {
                  // The test is over.
                }
              });
      ApiClient client =
          client("http://127.0.0.1:" + server.getLocalPort(), Duration.ofMillis(300));

      assertThatThrownBy(() -> client.get("/x"))
          .isInstanceOf(DnsException.class)
          .hasMessageContaining("127.0.0.1: ");
    }
  }

  @Test
  void goesWhereItIsToldAndNowhereElse() {
    replies.add(new Reply(302, "", Map.of("Location", api.url() + "/elsewhere")));

    assertThatThrownBy(() -> client().get("/x")).hasMessage("127.0.0.1 answers 302");
    assertThat(api.calls()).hasSize(1);
  }

  @Test
  void errorsAreShortOneLineAndWithoutSecrets() {
    replies.add(Reply.of(500, "<html>\n\u001b[31mtoken sesame\r\n" + "y".repeat(5_000)));

    assertThatThrownBy(() -> client().get("/x"))
        .isInstanceOf(DnsException.class)
        .hasMessageStartingWith("127.0.0.1 answers 500: <html> [31mtoken ******** yyy")
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .hasSizeLessThan(600)
                    .doesNotContain("\n")
                    .doesNotContain("\u001b"));
  }

  @Test
  void whatIsNoJsonIsAnError() {
    replies.add(Reply.of(200, "<html>"));

    assertThatThrownBy(() -> client().get("/x")).hasMessage("127.0.0.1 answers with no JSON");
    replies.clear();
    replies.add(Reply.of(200, "[".repeat(100_000)));
    assertThatThrownBy(() -> client().get("/x")).hasMessage("127.0.0.1 answers with no JSON");
  }
}
