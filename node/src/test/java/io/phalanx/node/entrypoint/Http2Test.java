package io.phalanx.node.entrypoint;

import static io.phalanx.node.entrypoint.H2.DATA;
import static io.phalanx.node.entrypoint.H2.END_STREAM;
import static io.phalanx.node.entrypoint.H2.HEADERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.H2.Frame;
import io.phalanx.node.entrypoint.Rig.Seen;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.exchange.Tunnel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests by HTTP/2 over real sockets. */
class Http2Test {

  @Test
  void handsRequestsOnAsThoseOfHttp11Are() throws Exception {
    try (var rig = new Rig();
        H2 client = H2.to(rig)) {
      client.send(
          H2.request(
              1,
              END_STREAM,
              "GET",
              "/a/../b%2f?x=1;y",
              "x-real-ip",
              "1.2.3.4",
              "cookie",
              "a=1",
              "x-tag",
              "one",
              "cookie",
              "b=2",
              "x-tag",
              "two",
              "te",
              "trailers"));

      assertThat(client.body(1)).isEqualTo("GET /b%2F?x=1;y\n");
      Seen seen = rig.nextSeen();
      assertThat(seen.host()).isEqualTo("a.test");
      assertThat(seen.header("Cookie")).containsExactly("a=1; b=2");
      assertThat(seen.header("X-Tag")).containsExactly("one", "two");
      assertThat(seen.header("X-Real-Ip")).containsExactly("127.0.0.1");
      assertThat(seen.header("X-Forwarded-Proto")).containsExactly("http");
      CompletedExchange over = rig.nextCompleted();
      assertThat(over.protocol()).isEqualTo("HTTP/2.0");
      assertThat(over.response().status()).isEqualTo(200);
      assertThat(over.responseBytes()).isEqualTo(16);
    }
  }

  @Test
  void takesThePrefaceByteByByte() throws Exception {
    try (var rig = new Rig();
        H2 client = new H2(rig.entryPoint.address())) {
      byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      for (byte b : preface) {
        client.send(new byte[] {b});
      }
      client.send(H2.frame(H2.SETTINGS, 0, 0), H2.get(1, "/slow"));

      assertThat(client.body(1)).isEqualTo("GET /slow\n");
    }
  }

  @Test
  void refusesRequestsWithoutEndingTheConnection() throws Exception {
    try (var rig = new Rig();
        H2 client = H2.to(rig)) {
      client.send(
          H2.get(1, "/%zz"),
          H2.request(3, END_STREAM, "OPTIONS", "*"),
          H2.request(5, 0, "GET", "/", "expect", "more"),
          H2.frame(HEADERS, 5, 7, H2.block(":method", "CONNECT", ":authority", "a.test:443")),
          H2.frame(HEADERS, 5, 9, H2.block(":method", "GET", ":scheme", "http", ":path", "/")),
          H2.get(11, "/next"));

      assertThat(client.status(1)).isEqualTo(400);
      assertThat(client.status(3)).isEqualTo(200);
      assertThat(client.status(5)).isEqualTo(417);
      assertThat(client.status(7)).isEqualTo(501);
      assertThat(client.status(9)).isEqualTo(400);
      assertThat(client.body(11)).isEqualTo("GET /next\n");
      assertThat(rig.seen).hasSize(1);
    }
  }

  @Test
  void answers431ToAHeadThatIsTooLarge() throws Exception {
    var options = new Rig.Options();
    options.maxHeaderBytes = 2000;
    try (var rig = new Rig(options);
        H2 client = H2.to(rig)) {
      client.send(
          H2.request(1, END_STREAM, "GET", "/", "x-long", "v".repeat(2000)), H2.get(3, "/"));

      assertThat(client.status(1)).isEqualTo(431);
      assertThat(client.body(3)).isEqualTo("GET /\n");
    }
  }

  @Test
  void carriesInterimHeadsAndTrailers() throws Exception {
    var field = new Answer.Field(HeaderName.of("Grpc-Status"), "0");
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  exchange.sendInterim(103, head -> head.set(HeaderName.of("Link"), "</a>"));
                  exchange.response().headers().set(HeaderName.of("Trailer"), "Grpc-Status");
                  BodySink sink = exchange.startResponse(-1);
                  sink.trailers(new Trailers(List.of(field)));
                  finish(sink);
                });
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/"));

      assertThat(client.next().text()).contains("103", "</a>");
      assertThat(client.next().text()).contains("trailer", "Grpc-Status");
      Frame trailers = client.next();
      assertThat(trailers.isEnd()).isTrue();
      assertThat(trailers.text()).contains("grpc-status");
    }
  }

  @Test
  void givesLeaveToSendABodyAndReadsItWithItsTrailers() throws Exception {
    try (var rig = new Rig(new Rig.Options(), Http2Test::echo);
        H2 client = H2.to(rig)) {
      client.send(H2.request(1, 0, "POST", "/", "expect", "100-continue"));
      assertThat(client.next().text()).contains("100");

      client.send(
          H2.frame(DATA, 0, 1, (byte) 'h', (byte) 'i'),
          H2.frame(HEADERS, 5, 1, H2.block("x-sum", "2", "content-length", "9", "host", "b")));

      assertThat(client.body(1)).isEqualTo("hi1\n");
      assertThat(rig.nextCompleted().requestBytes()).isEqualTo(2);
    }
  }

  /** Sends back what comes by the tunnel. */
  private static void tunnel(Exchange exchange) {
    exchange.suspend();
    Tunnel tunnel = exchange.startTunnel();
    new Runnable() {
      @Override
      public void run() {
        try {
          var bytes = ByteBuffer.allocate(100);
          int read = tunnel.source().read(bytes);
          if (read < 0) {
            tunnel.sink().finish();
            return;
          }
          tunnel.sink().write(bytes.flip());
          tunnel.source().whenReadable(this);
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }.run();
  }

  /** Names of protocols are compared without regard to case (RFC 9110, section 7.8). */
  @ParameterizedTest
  @ValueSource(strings = {"websocket", "WebSocket"})
  void makesATunnelOfAnExtendedConnect(String protocol) throws Exception {
    try (var rig = new Rig(new Rig.Options(), Http2Test::tunnel);
        H2 client = H2.to(rig)) {
      client.send(H2.request(1, 0, "CONNECT", "/chat", ":protocol", protocol));
      Seen seen = rig.nextSeen();
      assertThat(seen.line()).isEqualTo("GET /chat");
      assertThat(seen.header("Sec-WebSocket-Key")).hasSize(1);
      assertThat(seen.header("X-Forwarded-Proto")).containsExactly("ws");
      assertThat(client.status(1)).isEqualTo(200);

      client.send(H2.frame(DATA, 0, 1, (byte) 'a'));
      Frame echoed = client.next();
      while (echoed.payload.length == 0) {
        echoed = client.next();
      }
      assertThat(echoed.text()).isEqualTo("a");
      client.send(H2.frame(DATA, END_STREAM, 1));
      assertThat(client.body(1)).isEmpty();
      CompletedExchange over = rig.nextCompleted();
      assertThat(over.requestBytes()).isEqualTo(1);
      assertThat(over.responseBytes()).isEqualTo(1);
    }
  }

  /** It is no end in good order of what the client sends (RFC 9113, section 8.5). */
  @Test
  void resetsATunnelThatEndsWithTrailers() throws Exception {
    try (var rig = new Rig(new Rig.Options(), Http2Test::tunnel);
        H2 client = H2.to(rig)) {
      client.send(H2.request(1, 0, "CONNECT", "/chat", ":protocol", "websocket"));
      assertThat(client.status(1)).isEqualTo(200);

      client.send(H2.frame(HEADERS, H2.END_HEADERS | END_STREAM, 1, H2.block("x-sum", "1")));

      Frame reset = client.next();
      assertThat(reset.type).isEqualTo(H2.RST_STREAM);
      assertThat(reset.code()).isEqualTo(1);
      rig.nextCompleted();
    }
  }

  private static void finish(BodySink sink) {
    try {
      sink.finish();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads the body to its end and answers with it and its trailers. */
  static void echo(Exchange exchange) {
    exchange.suspend();
    new Runnable() {
      private final ByteBuffer all = ByteBuffer.allocate(1 << 20);

      @Override
      public void run() {
        try {
          int read;
          do {
            read = exchange.requestBody().read(all);
          } while (read > 0);
          if (read == 0) {
            exchange.requestBody().whenReadable(this);
            return;
          }
        } catch (IOException e) {
          exchange.fail(new Failure.ClientFault(400, String.valueOf(e.getMessage())));
          return;
        }
        String body = new String(all.array(), 0, all.position(), StandardCharsets.ISO_8859_1);
        exchange.respond(
            Answer.text(200, body + exchange.requestBody().trailers().fields().size() + '\n'));
      }
    }.run();
  }
}
