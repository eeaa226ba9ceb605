package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.await;
import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static io.phalanx.node.forwarding.Http2Script.http2;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Answer.Field;
import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.forwarding.Http2Script.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies to and from servers that speak HTTP/2, and who waits for whom. */
class Http2BodiesTest {
  /** More than the buffers of two sockets hold. */
  private static final int LARGE = 40 << 20;

  private final ForwardingRig rig = new ForwardingRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void passesBodiesAndTrailersBothWays() throws InterruptedException {
    BlockingQueue<String> came = new LinkedBlockingQueue<>();
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  came.add(script.next(Http2Script.DATA).text());
                  Frame trailers = script.next(Http2Script.HEADERS);
                  came.add(trailers.text() + trailers.ends());
                  script.head(stream, false, ":status: 200", "trailer: x-sum, host");
                  script.data(stream, false, "ans");
                  script.data(stream, false, "wer");
                  script.head(stream, true, "x-sum: 42", "content-length: 7");
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), -1);
      exchange.source.trailers = new Trailers(List.of(new Field(HeaderName.of("X-Check"), "7")));
      rig.start(exchange, server.h2c());
      exchange.source.send("hello");
      exchange.source.end();

      assertThat(body(exchange)).isEqualTo("answer");
      assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
      assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo("x-check: 7true");
      assertThat(await(exchange.trailers).fields())
          .containsExactly(new Field(HeaderName.of("X-Sum"), "42"));
      assertThat(exchange.responseHeaders().text()).contains("Trailer: x-sum");
      assertThat(exchange.announcedLength).isCompletedWithValue(-1L);
    }
  }

  @Test
  void holdsNoMoreThanAWindowForAClientThatDoesNotRead() {
    int frame = 16_000;
    int frames = MultiplexedConnection.STREAM_WINDOW / frame;
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.head(stream, false, ":status: 200");
                  for (int i = 0; i < frames; i++) {
                    script.data(stream, false, "x".repeat(frame));
                  }
                  // Another exchange is not held up.
                  script.answer(script.head().stream(), "ok");
                  Frame update = script.next(Http2Script.WINDOW_UPDATE);
                  while (update.stream() != stream) {
                    update = script.next(Http2Script.WINDOW_UPDATE);
                  }
                  script.data(stream, true, "end");
                  script.answerAll();
                }))) {
      MemoryExchange slow = rig.exchange("GET", ListedHeaders.of(), 0).closed();
      rig.start(slow, server.h2c());
      await(slow.started);
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      assertThat(slow.sink.written).isZero();
      slow.sink.open(Long.MAX_VALUE);

      assertThat(body(slow)).hasSize(frames * frame + 3).endsWith("end");
    }
  }

  @Test
  void readsNoMoreOfTheRequestThanTheServerTakes() {
    var go = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  go.await();
                  int came = 0;
                  script.number(Http2Script.WINDOW_UPDATE, 0, 1 << 30);
                  script.number(Http2Script.WINDOW_UPDATE, stream, 1 << 30);
                  Frame part;
                  do {
                    part = script.next(Http2Script.DATA);
                    came += part.payload().remaining();
                  } while (!part.ends());
                  script.answer(stream, Integer.toString(came));
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.exchange("PUT", ListedHeaders.of(), -1);
      rig.start(exchange, server.h2c());
      for (int i = 0; i < 100; i++) {
        exchange.source.send(new byte[64 << 10]);
      }
      exchange.source.end();
      eventually(() -> server.heads.size() == 1);
      rig.settle();
      assertThat(exchange.source.taken).isLessThan(300 << 10);
      go.countDown();

      assertThat(body(exchange)).isEqualTo(Integer.toString(100 * (64 << 10)));
    }
  }

  @Test
  void holdsNoBufferForAServerWhoseWindowsAreClosed() {
    int uploads = 20;
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.answer(script.head().stream(), "ok");
                  while (true) {
                    script.head();
                  }
                },
                Http2Script.INITIAL_WINDOW_SIZE,
                0))) {
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      for (int i = 0; i < uploads; i++) {
        MemoryExchange upload = rig.exchange("PUT", ListedHeaders.of(), -1);
        upload.source.send(new byte[1 << 20]);
        rig.start(upload, server.h2c());
      }
      eventually(() -> server.heads.size() == 1 + uploads);
      rig.settle();

      eventually(() -> rig.forwarder.buffersOut() == 0);
    }
  }

  @Test
  void tellsTheEndOfARequestWhateverTheServersWindowIs() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.answer(script.head().stream(), "ok");
                  int stream = script.head().stream();
                  String came = "";
                  Frame part;
                  do {
                    part = script.next(Http2Script.DATA);
                    came += part.text();
                  } while (!part.ends());
                  script.answer(stream, came);
                  script.answerAll();
                },
                Http2Script.INITIAL_WINDOW_SIZE,
                5))) {
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      MemoryExchange exchange = rig.exchange("PUT", ListedHeaders.of(), -1);
      exchange.source.send("hello");
      rig.start(exchange, server.h2c());
      rig.settle();
      exchange.source.end();

      assertThat(body(exchange)).isEqualTo("hello");
    }
  }

  @Test
  void endsUploadsThatServersDoNotTakeWhenTooMuchIsHeldForThem() {
    int most = 1 << 30;
    int[] settings = {Http2Script.MAX_CONCURRENT_STREAMS, 1, Http2Script.INITIAL_WINDOW_SIZE, most};
    Http2Script.Part stuck =
        script -> {
          script.number(Http2Script.WINDOW_UPDATE, 0, most);
          new CountDownLatch(1).await();
        };
    try (var small = new ForwardingRig(new Resources(1 << 20, 1000));
        var server =
            new ScriptedServer(
                http2(
                    script -> {
                      script.answer(script.head().stream(), "ok");
                      stuck.play(script);
                    },
                    settings),
                http2(stuck, settings))) {
      // From here on it is known that each needs a connection of its own.
      assertThat(body(small.get(server.h2c()))).isEqualTo("ok");
      byte[] large = new byte[LARGE];
      var uploads = new ArrayList<MemoryExchange>();
      for (int i = 0; i < 20; i++) {
        MemoryExchange upload = small.exchange("PUT", ListedHeaders.of(), -1);
        upload.source.send(large);
        uploads.add(small.start(upload, server.h2c()));
      }

      eventually(() -> uploads.stream().filter(upload -> upload.failure.isDone()).count() >= 14);
      UpstreamFault fault =
          uploads.stream()
              .filter(upload -> upload.failure.isDone())
              .map(ForwardingRig::upstreamFault)
              .findFirst()
              .orElseThrow();
      assertThat(fault.stage()).isEqualTo(Stage.SENDING);
      assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tellsOfAnAnswerThatStopsShort(boolean reset) {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.head(stream, false, ":status: 200");
                  script.data(stream, false, "half");
                  if (reset) {
                    script.number(Http2Script.RST_STREAM, stream, 2);
                    script.answerAll();
                  }
                }))) {
      MemoryExchange exchange = rig.get(server.h2c());
      UpstreamFault fault = upstreamFault(exchange);

      assertThat(fault.stage()).isEqualTo(Stage.STREAMING);
      assertThat(fault.kind()).isEqualTo(Kind.CLOSED);
      assertThat(fault.reason()).contains(reset ? "INTERNAL_ERROR" : "closed");
      assertThat(exchange.body).isNotDone();
    }
  }

  @Test
  void refusesABodyOfAnotherLengthThanItWasSaid() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.head(stream, false, ":status: 200", "content-length: 10");
                  script.data(stream, true, "short");
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.get(server.h2c());

      assertThat(upstreamFault(exchange).stage()).isEqualTo(Stage.STREAMING);
      assertThat(exchange.body).isNotDone();
    }
  }

  @ParameterizedTest
  @CsvSource({"GET,204", "GET,304", "HEAD,200", "HEAD,404"})
  void dropsABodyThatMayNotBe(String method, String status) throws InterruptedException {
    BlockingQueue<Frame> resets = new LinkedBlockingQueue<>();
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.together(
                      all -> {
                        all.head(stream, false, ":status: " + status, "x-kept: 1");
                        all.data(stream, false, "hidden");
                      });
                  resets.add(script.next(Http2Script.RST_STREAM));
                  int second = script.head().stream();
                  script.head(second, false, ":status: " + status);
                  script.data(second, true, "hidden".repeat(1000));
                  script.answerAll();
                }))) {
      MemoryExchange first = start(method, server);
      assertThat(body(first)).isEmpty();
      assertThat(first.responseHeaders().text()).contains("X-Kept: 1");
      assertThat(resets.poll(10, TimeUnit.SECONDS)).isNotNull();

      assertThat(body(start(method, server))).isEmpty();
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(1);
      eventually(() -> rig.forwarder.buffersOut() == 0);
    }
  }

  @Test
  void leavesAServerAloneThatEndsABodilessAnswerBehindItsHead() throws InterruptedException {
    BlockingQueue<Frame> next = new LinkedBlockingQueue<>();
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.together(
                      all -> {
                        all.head(stream, false, ":status: 204");
                        all.data(stream, true, "");
                      });
                  next.add(script.next());
                  script.answerAll();
                }))) {
      assertThat(body(start("GET", server))).isEmpty();
      start("GET", server);

      Frame frame = next.poll(10, TimeUnit.SECONDS);
      assertThat(frame).isNotNull();
      assertThat(frame.type()).isEqualTo(Http2Script.HEADERS);
    }
  }

  private MemoryExchange start(String method, ScriptedServer server) {
    return rig.start(rig.exchange(method, ListedHeaders.of(), 0), server.h2c());
  }
}
