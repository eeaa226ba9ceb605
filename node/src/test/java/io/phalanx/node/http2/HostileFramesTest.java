package io.phalanx.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.http2.Side.Seen;
import io.phalanx.node.http2.Wire.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer may not send, or not that often. */
class HostileFramesTest {
  private static final int SECOND = 1_000_000_000;

  private final Side server = Side.server();

  /** Frames that end the connection, with the code they end it with. */
  static Stream<Object[]> broken() {
    return Stream.of(
        row(ErrorCode.PROTOCOL_ERROR, new Raw().data(0, 0, 1)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().data(0, 1, 1)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().get(2)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().frame(Frames.CONTINUATION, 4, 1)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().frame(Frames.HEADERS, 0, 1).get(3)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().frame(Frames.HEADERS, 0, 1).data(0, 1, 1)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().frame(Frames.HEADERS, 12, 1, (byte) 9)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().frame(Frames.PUSH_PROMISE, 4, 1, new byte[4])),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().number(Frames.RST_STREAM, 1, 8)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().number(Frames.WINDOW_UPDATE, 0, 0)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().number(Frames.WINDOW_UPDATE, 5, 1)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().frame(Frames.PING, 0, 1, new byte[8])),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().setting(Frames.SETTING_ENABLE_PUSH, 2)),
        row(ErrorCode.PROTOCOL_ERROR, new Raw().setting(Frames.SETTING_MAX_FRAME_SIZE, 100)),
        row(ErrorCode.FRAME_SIZE_ERROR, new Raw().frame(Frames.SETTINGS, 0, 0, new byte[5])),
        row(ErrorCode.FRAME_SIZE_ERROR, new Raw().frame(Frames.SETTINGS, 1, 0, new byte[6])),
        row(ErrorCode.FRAME_SIZE_ERROR, new Raw().frame(Frames.PING, 0, 0, new byte[7])),
        row(ErrorCode.FRAME_SIZE_ERROR, new Raw().frame(Frames.RST_STREAM, 0, 1, new byte[3])),
        row(ErrorCode.FRAME_SIZE_ERROR, new Raw().frame(Frames.GOAWAY, 0, 0, new byte[7])),
        row(ErrorCode.FRAME_SIZE_ERROR, new Raw().frame(Frames.HEADERS, 4, 1, new byte[16_385])),
        row(ErrorCode.FRAME_SIZE_ERROR, new Raw().frame(Frames.DATA, 8, 1)),
        row(ErrorCode.FLOW_CONTROL_ERROR, new Raw().setting(4, -1)),
        row(
            ErrorCode.FLOW_CONTROL_ERROR,
            new Raw().number(Frames.WINDOW_UPDATE, 0, Integer.MAX_VALUE)),
        row(
            ErrorCode.FLOW_CONTROL_ERROR,
            new Raw().get(1).number(Frames.WINDOW_UPDATE, 1, 10).setting(4, Integer.MAX_VALUE)),
        row(ErrorCode.COMPRESSION_ERROR, new Raw().frame(Frames.HEADERS, 5, 1, (byte) 0xbe)),
        row(ErrorCode.STREAM_CLOSED, closed().head(5, 1, Raw.get())));
  }

  /** A stream that both sides ended, as {@link #answerAtOnce} does. */
  private static Raw closed() {
    return new Raw().get(1);
  }

  private static Object[] row(ErrorCode code, Raw raw) {
    return new Object[] {code, raw};
  }

  private void answerAtOnce() {
    server.whenOpened =
        seen -> {
          try {
            seen.stream.sendHead(seen.stream.newHead().status(204), seen.stream.isInputEnded());
          } catch (StreamResetException e) {
            throw new AssertionError(e);
          }
        };
  }

  @ParameterizedTest
  @MethodSource("broken")
  void endTheConnection(ErrorCode code, Raw raw) {
    if (code == ErrorCode.STREAM_CLOSED) {
      answerAtOnce();
    }

    server.receive(raw);

    assertThat(server.events).containsExactly("ended " + code);
    Frame last = server.frames().getLast();
    assertThat(last.type).isEqualTo(Frames.GOAWAY);
    assertThat(last.code()).isEqualTo(code.number());
    assertThat(server.wire.finished).isTrue();
    assertThat(server.wire.taken).isZero();
  }

  /** Requests that are malformed (RFC 9113, section 8), each on a stream of its own. */
  static Stream<List<String>> malformed() {
    return Stream.of(
        List.of(":method: GET", ":path: /", ":authority: a"),
        List.of(":method: GET", ":scheme: http", ":authority: a"),
        List.of(":scheme: http", ":path: /", ":authority: a"),
        List.of(":method: G T", ":scheme: http", ":path: /"),
        List.of(":method: GET", ":scheme: ftp", ":path: /"),
        List.of(":method: GET", ":scheme: http", ":path: "),
        List.of(":method: GET", ":scheme: http", ":path: x"),
        List.of(":method: GET", ":scheme: http", ":path: /a b"),
        List.of(":method: GET", ":scheme: http", ":path: *"),
        List.of(":method: GET", ":method: GET", ":scheme: http", ":path: /"),
        List.of(":method: GET", ":scheme: http", "x: 1", ":path: /"),
        List.of(":method: GET", ":scheme: http", ":path: /", ":status: 200"),
        List.of(":method: GET", ":scheme: http", ":path: /", ":what: ever"),
        List.of(":method: CONNECT", ":scheme: http", ":path: /", ":authority: a"),
        List.of(":method: CONNECT"),
        List.of(":method: CONNECT", ":scheme: http", ":path: /", ":authority: a", ":protocol: x"),
        get("X-Upper: 1"),
        get("x y: 1"),
        get("x: a\nb"),
        get("x: a\rb"),
        get("x: a\0b"),
        get("x:  a"),
        get("connection: close"),
        get("keep-alive: 1"),
        get("transfer-encoding: chunked"),
        get("upgrade: h2c"),
        get("proxy-connection: close"),
        get("te: gzip"),
        get("host: other"),
        get("content-length: x"),
        get("content-length: +1"),
        get("content-length: 0, 0"),
        get("content-length: 0", "content-length: 5"),
        get("content-length: 0", "content-length: 00"),
        get("content-length: 5"));
  }

  private static List<String> get(String... more) {
    List<String> fields = new ArrayList<>(List.of(Raw.get()));
    fields.addAll(List.of(more));
    return fields;
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void resetTheirStreamOnly(List<String> fields) {
    server.receive(new Raw().head(Frames.END_STREAM, 1, fields.toArray(new String[0])).get(3));

    assertThat(server.streams).containsOnlyKeys(3);
    Frame reset = server.frames().getFirst();
    assertThat(reset.type).isEqualTo(Frames.RST_STREAM);
    assertThat(reset.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
  }

  @Test
  void countLengthsThatAgreeOnce() {
    server.receive(
        new Raw()
            .head(0, 1, Raw.post("content-length: 3", "content-length: 3"))
            .data(Frames.END_STREAM, 1, 3));

    assertThat(server.stream(1).events).endsWith("end");
    assertThat(server.stream(1).events.getFirst()).containsOnlyOnce("=3");
  }

  @Test
  void resetStreamsWhoseBodyIsNotAsLongAsTheySay() {
    server.receive(
        new Raw()
            .head(0, 1, Raw.post("content-length: 3"))
            .data(0, 1, 4)
            .head(0, 3, Raw.post("content-length: 3"))
            .data(Frames.END_STREAM, 3, 2)
            .head(0, 5, Raw.post("content-length: 3"))
            .data(Frames.END_STREAM, 5, 3));

    assertThat(server.stream(1).events).endsWith("reset PROTOCOL_ERROR");
    assertThat(server.stream(3).events).endsWith("reset PROTOCOL_ERROR");
    assertThat(server.stream(5).events).endsWith("end");
  }

  @Test
  void holdNoMoreThanTheWindow() {
    server.whenOpened = seen -> seen.reading = false;
    server.receive(new Raw().head(0, 1, Raw.post()));
    int window = Http2Options.DEFAULTS.streamWindow();
    for (int sent = 0; sent < window; sent += 16_384) {
      server.receive(new Raw().data(0, 1, 16_384));
    }
    assertThat(server.frames()).isEmpty();

    server.receive(new Raw().data(0, 1, 1).get(3));

    assertThat(server.stream(1).events).endsWith("reset FLOW_CONTROL_ERROR");
    assertThat(server.streams).containsKey(3);
  }

  /** Sends the same again until the connection is ended, and tells how often that was. */
  private int floods(IntFunction<Raw> frames, int most) {
    for (int i = 0; i < most; i++) {
      server.receive(frames.apply(i));
      server.events.removeIf(event -> event.startsWith("pong"));
      if (!server.events.isEmpty()) {
        assertThat(server.events).containsExactly("ended ENHANCE_YOUR_CALM");
        assertThat(server.connection.openStreams()).isZero();
        return i;
      }
    }
    return most;
  }

  @Test
  void endRapidReset() {
    int limit = Http2Options.DEFAULTS.maxResets();

    assertThat(
            floods(
                i -> new Raw().get(2 * i + 1).number(Frames.RST_STREAM, 2 * i + 1, 8), 2 * limit))
        .isEqualTo(limit);
  }

  @Test
  void endResetsThatThisSideIsMadeToSend() {
    int limit = Http2Options.DEFAULTS.maxResets();

    assertThat(
            floods(
                i -> new Raw().get(2 * i + 1).number(Frames.WINDOW_UPDATE, 2 * i + 1, 0),
                2 * limit))
        .isEqualTo(limit);
  }

  @Test
  void letWhoWorksAlsoCancel() {
    answerAtOnce();
    int limit = 10 * Http2Options.DEFAULTS.maxResets();

    assertThat(
            floods(
                i ->
                    new Raw()
                        .get(4 * i + 1)
                        .head(0, 4 * i + 3, Raw.post())
                        .number(Frames.RST_STREAM, 4 * i + 3, 8),
                limit))
        .isEqualTo(limit);
  }

  @Test
  void letTimeGoByBetweenResets() {
    int limit = 5 * Http2Options.DEFAULTS.maxResets();

    assertThat(
            floods(
                i -> {
                  server.connection.check((long) i * SECOND / 10);
                  return new Raw().get(2 * i + 1).number(Frames.RST_STREAM, 2 * i + 1, 8);
                },
                limit))
        .isEqualTo(limit);
  }

  static Stream<Raw> idle() {
    return Stream.of(
        new Raw().frame(Frames.SETTINGS, 0, 0),
        new Raw().frame(Frames.PING, 0, 0, new byte[8]),
        new Raw().frame(Frames.PING, 1, 0, new byte[8]),
        new Raw().frame(Frames.PRIORITY, 0, 9, new byte[5]),
        new Raw().number(Frames.WINDOW_UPDATE, 0, 1),
        new Raw().number(Frames.WINDOW_UPDATE, 1, 1),
        new Raw().frame(Frames.DATA, 0, 1),
        new Raw().frame(0x77, 0, 1));
  }

  @ParameterizedTest
  @MethodSource("idle")
  void endFloodsOfFramesThatCarryNothing(Raw frame) {
    server.receive(new Raw().head(0, 1, Raw.post()));
    byte[] bytes = frame.bytes();
    int limit = Http2Options.DEFAULTS.maxIdleFrames();

    assertThat(floods(_ -> new Raw().raw(bytes), 2 * limit)).isBetween(limit - 10, limit + 10);
  }

  @Test
  void endAFloodOfContinuations() {
    server.receive(new Raw().frame(Frames.HEADERS, Frames.END_STREAM, 1));

    assertThat(floods(_ -> new Raw().frame(Frames.CONTINUATION, 0, 1), 1000)).isLessThan(300);
  }

  /** One field of 4,000 bytes, and then ever the same byte that points at it. */
  @Test
  void holdNothingOfABombButItsLimit() {
    var bomb = ByteBuffer.allocate(16_000);
    bomb.put(Raw.block(Raw.get()));
    bomb.put(new byte[] {0x40, 1, 'x', 0x7f, (byte) 0xa1, 0x1e})
        .put("v".repeat(4000).getBytes(StandardCharsets.US_ASCII));
    while (bomb.hasRemaining()) {
      bomb.put((byte) 0xbe);
    }

    server.receive(new Raw().frame(Frames.HEADERS, 5, 1, bomb.array()).get(3));

    assertThat(server.stream(1).events).containsExactly("opened too large");
    assertThat(server.stream(3).events).first().asString().startsWith("opened GET");
  }

  @Test
  void stopReadingFromWhoDoesNotRead() {
    answerAtOnce();
    server.wire.takes = 0;
    int pings = 0;
    while (server.connection.wantsInput()) {
      server.receive(new Raw().get(2 * pings + 1).frame(Frames.PING, 0, 0, new byte[8]));
      pings++;
      assertThat(pings).isLessThan(10_000);
    }

    assertThat(server.wire.taken).isLessThanOrEqualTo(4);
    server.wire.takes = Integer.MAX_VALUE;
    assertThat(server.connection.flush()).isTrue();
    assertThat(server.connection.wantsInput()).isTrue();
  }

  /** Windows of nothing on as many streams as there may be: nothing is taken for any of them. */
  @Test
  void holdNothingForStreamsWithoutAWindow() {
    var offered = ByteBuffer.allocate(1 << 20);
    server.whenOpened =
        seen -> {
          try {
            seen.stream.sendHead(seen.stream.newHead().status(200), false);
            assertThat(seen.stream.write(offered)).isZero();
            seen.stream.awaitRoom();
          } catch (StreamResetException e) {
            throw new AssertionError(e);
          }
        };
    server.receive(new Raw().setting(Frames.SETTING_INITIAL_WINDOW_SIZE, 0));
    int most = Http2Options.DEFAULTS.maxConcurrentStreams();
    for (int i = 0; i <= most; i++) {
      server.receive(new Raw().get(2 * i + 1));
    }

    assertThat(server.connection.openStreams()).isEqualTo(most);
    Frame last = server.frames().getLast();
    assertThat(last.type).isEqualTo(Frames.RST_STREAM);
    assertThat(last.code()).isEqualTo(ErrorCode.REFUSED_STREAM.number());
    assertThat(server.wire.taken).isZero();
  }

  @Test
  void ignoreWhatWasOnItsWayWhenAStreamWasReset() {
    server.receive(new Raw().head(0, 1, Raw.post()));
    Seen seen = server.stream(1);
    seen.stream.reset(ErrorCode.CANCEL);
    server.frames();

    server.receive(new Raw().data(0, 1, 100).head(Frames.END_STREAM, 1, "x-sum: 1").get(3));

    assertThat(server.events).isEmpty();
    assertThat(server.frames()).isEmpty();
    assertThat(server.streams).containsKey(3);
  }

  @Test
  void cannotPushToAClient() {
    Side client = Side.client(Http2Options.DEFAULTS);
    client.receive(
        new Raw().frame(Frames.SETTINGS, 0, 0).frame(Frames.PUSH_PROMISE, 4, 1, new byte[4]));

    assertThat(client.events).containsExactly("ended PROTOCOL_ERROR");
  }

  @Test
  void tellOfABrokenTransportOnce() {
    server.receive(new Raw().get(1));
    server.wire.broken = true;

    server.receive(new Raw().frame(Frames.PING, 0, 0, new byte[8]));
    server.connection.lost("again");

    assertThat(server.stream(1).events).endsWith("reset by peer CANCEL");
    assertThat(server.events).containsExactly("ended NO_ERROR");
    assertThat(server.wire.taken).isZero();
  }
}
