package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a request, and of those behind it, when something breaks that nobody foresaw. */
class ErrorsTest {
  private static final String GET = "GET /broken HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String LAST = "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  enum Cause {
    ASSERTION,
    NO_MEMORY,
    NO_STACK;

    /** Breaks the request for {@code /broken}, and no other. */
    void strike(Exchange exchange) {
      if (exchange.request().path().equals("/broken")) {
        throw switch (this) {
          case ASSERTION -> new AssertionError("test");
          case NO_MEMORY -> new OutOfMemoryError("test");
          case NO_STACK -> endlessly(0);
        };
      }
      Rig.answerWithTheRequestLine(exchange);
    }

    int status() {
      return this == NO_MEMORY ? 503 : 500;
    }

    String answer() {
      return this == NO_MEMORY ? "Service Unavailable" : "Internal Server Error";
    }

    private static Error endlessly(int depth) {
      return depth < 0 ? new AssertionError() : new AssertionError(endlessly(depth + 1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersAndGoesOn(Cause cause) throws Exception {
    try (var rig = new Rig(new Rig.Options(), cause::strike)) {
      assertThat(rig.exchange(GET + LAST))
          .containsSubsequence(
              "HTTP/1.1 " + cause.status() + " ", cause.answer(), "HTTP/1.1 200 OK", "/next");
      Failure failure = rig.nextCompleted().trail().failure().orElseThrow();
      assertThat(failure.labels().side()).isEqualTo("node");
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersOnAStreamAndGoesOn(Cause cause) throws Exception {
    try (var rig = new Rig(new Rig.Options(), cause::strike);
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/broken"), H2.get(3, "/next"));

      assertThat(client.body(1)).isEqualTo(cause.answer());
      assertThat(client.body(3)).isEqualTo("GET /next\n");
      assertThat(rig.nextCompleted().response().status()).isEqualTo(cause.status());
    }
  }

  @Test
  void breaksOffTheAnswerWhereItsHeadIsOut() throws Exception {
    ExchangeHandler halfWay =
        exchange -> {
          begin(exchange);
          throw new AssertionError("test");
        };
    try (var rig = new Rig(new Rig.Options(), halfWay);
        H2 client = H2.to(rig)) {
      assertThat(rig.exchange(GET)).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
      assertFailedHere(rig);
      client.send(H2.get(1, "/broken"));

      assertThat(client.next().type).isEqualTo(H2.HEADERS);
      assertThat(client.next().type).isEqualTo(H2.RST_STREAM);
      assertFailedHere(rig);
    }
  }

  private static void begin(Exchange exchange) {
    try {
      exchange.startResponse(10).flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void answers500WhereNothingOfTheAnswerIsOut() throws Exception {
    ExchangeHandler opened =
        exchange -> {
          exchange.response().headers().add(HeaderName.of("X-Lost"), "1");
          exchange.startResponse(10);
          throw new AssertionError("test");
        };
    try (var rig = new Rig(new Rig.Options(), opened);
        H2 client = H2.to(rig)) {
      assertThat(rig.exchange(GET + LAST))
          .containsSubsequence("HTTP/1.1 500 ", "Internal Server Error", "HTTP/1.1 500 ")
          .doesNotContain("X-Lost");
      client.send(H2.get(1, "/broken"));

      assertThat(client.next().text()).doesNotContain("x-lost");
      assertThat(client.next().text()).isEqualTo("Internal Server Error");
    }
  }

  @Test
  void endsTheConnectionWhereTheAnswerToAFailureFails() throws Exception {
    ExchangeHandler hopeless =
        exchange -> {
          exchange.addResponseStep(
              _ -> {
                throw new AssertionError("test");
              });
          exchange.suspend();
          exchange.fail(new Failure.NoServer("shop@file"));
        };
    try (var rig = new Rig(new Rig.Options(), hopeless);
        H2 client = H2.to(rig)) {
      assertThat(rig.exchange(GET)).isEmpty();
      client.send(H2.get(1, "/broken"));

      assertThat(client.next().type).isEqualTo(H2.RST_STREAM);
      assertThat(rig.nextCompleted().trail().failure()).containsInstanceOf(Failure.NoServer.class);
    }
  }

  /** The client takes nothing at first, so that writing goes on when it does. */
  @Test
  void breaksOffTheAnswerWhereGoingOnFails() throws Exception {
    ExchangeHandler later =
        exchange -> {
          exchange.suspend();
          fillThenFail(exchange.startResponse(Long.MAX_VALUE));
        };
    try (var rig = new Rig(new Rig.Options(), later);
        Client client = rig.connect();
        H2 other = H2.to(rig)) {
      client.send(GET);
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 OK");
      assertFailedHere(rig);

      other.send(H2.get(1, "/broken"));
      while (other.next().type != H2.RST_STREAM) {
        other.send(H2.number(H2.WINDOW_UPDATE, 1, 1 << 10));
      }
      assertFailedHere(rig);
    }
  }

  private static void fillThenFail(BodySink to) {
    try {
      while (to.write(ByteBuffer.allocate(1 << 16)) > 0) {
        // Until the client takes no more.
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    to.whenWritable(
        () -> {
          throw new AssertionError("test");
        });
  }

  private static void assertFailedHere(Rig rig) throws InterruptedException {
    assertThat(rig.nextCompleted().trail().failure()).containsInstanceOf(Failure.NodeFault.class);
  }
}
