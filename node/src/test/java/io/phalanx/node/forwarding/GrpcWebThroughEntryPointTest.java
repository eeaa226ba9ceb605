package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.Http2Script.http2;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Forwarder.Target;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.middleware.GrpcWeb;
import io.phalanx.node.middleware.Passage;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls of gRPC-Web that go wrong, through real sockets to servers of HTTP/2. */
final class GrpcWebThroughEntryPointTest {
  private static final String MESSAGE = "\0\0\0\0\u0005hello";
  private static final String FRAME = "\u0080\0\0\0\u0010grpc-status: 0\r\n";

  private final Middleware web = Passage.of(GrpcWeb.TYPE, "{allowOrigins: [\"*\"]}").step();
  private final HttpForwarder forwarder = new HttpForwarder();
  private Workers workers;

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(1);
  }

  @AfterEach
  void stop() {
    forwarder.close();
    workers.close();
  }

  private void handle(Exchange exchange, URI url) {
    var target = new Target(url, true, false, forwarder.transport(TransportOptions.standard()));
    if (web.onRequest(exchange.request()) instanceof Verdict.Enclose enclose) {
      enclose.enclosure().answer(exchange, inner -> forwarder.forward(inner, target));
    }
  }

  private static String call(String type, String body) {
    return "POST /echo.Echo/Say HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: "
        + type
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String exchange(EntryPoint entryPoint, String request) throws IOException {
    try (var socket =
        new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private EntryPoint open(URI url) throws IOException {
    return EntryPoint.open(
        workers, Fronts.options(), exchange -> handle(exchange, url), List.of(), Fronts::tls);
  }

  private static void answer(Http2Script script, int stream) throws IOException {
    script.head(stream, false, ":status: 200", "content-type: application/grpc");
    script.data(stream, false, MESSAGE);
    script.head(stream, true, "grpc-status: 0");
  }

  @Test
  void aServerOfGrpcIsToldThatTrailersAreTaken() throws IOException {
    try (var server =
            new ScriptedServer(
                http2(
                    script -> {
                      answer(script, script.head().stream());
                      script.answerAll();
                    }));
        var entryPoint = open(server.h2c())) {
      String reply = exchange(entryPoint, call("application/grpc-web+proto", MESSAGE));

      assertThat(server.heads.getFirst().lines())
          .contains("te: trailers", "content-type: application/grpc+proto")
          .noneMatch(line -> line.startsWith("content-length"));
      assertThat(reply)
          .startsWith("HTTP/1.1 200 ")
          .contains("\r\nContent-Type: application/grpc-web\r\n")
          .contains(MESSAGE)
          .contains(FRAME)
          .endsWith("\r\n0\r\n\r\n");
    }
  }

  @Test
  void whatIsNoBase64IsRefusedAndEndsItsOwnStreamOnly() throws Exception {
    BlockingQueue<Integer> resets = new LinkedBlockingQueue<>();
    try (var server =
            new ScriptedServer(
                http2(
                    script -> {
                      script.head();
                      resets.add(script.next(Http2Script.RST_STREAM).number());
                      answer(script, script.head().stream());
                      script.answerAll();
                    }));
        var entryPoint = open(server.h2c())) {
      String refused = exchange(entryPoint, call("application/grpc-web-text", "AAAA*AAA"));
      String served = exchange(entryPoint, call("application/grpc-web-text", "AAAAAAVoZWxsbw=="));

      assertThat(refused).startsWith("HTTP/1.1 400 ");
      assertThat(resets.poll(10, TimeUnit.SECONDS)).isEqualTo(8);
      assertThat(served)
          .startsWith("HTTP/1.1 200 ")
          .containsSubsequence("AAAAAAVoZWxs", "bw==", "gAAAABBncnBjLXN0YXR1czogMA0K")
          .endsWith("\r\n0\r\n\r\n");
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsNotTakenForWhole() throws IOException {
    try (var server =
            new ScriptedServer(
                http2(
                    script -> {
                      int stream = script.head().stream();
                      script.head(stream, false, ":status: 200", "content-type: application/grpc");
                      script.data(stream, false, MESSAGE);
                      script.number(Http2Script.RST_STREAM, stream, 2);
                      script.answerAll();
                    }));
        var entryPoint = open(server.h2c())) {
      String reply = exchange(entryPoint, call("application/grpc-web", MESSAGE));

      // What came before it broke off may be lost with it.
      assertThat(reply)
          .containsPattern("^HTTP/1.1 (200|502) ")
          .doesNotContain("grpc-status")
          .doesNotEndWith("0\r\n\r\n");
    }
  }
}
