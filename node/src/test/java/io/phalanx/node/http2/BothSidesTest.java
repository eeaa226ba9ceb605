package io.phalanx.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.http2.Side.Seen;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Client and server of ours, against each other. */
class BothSidesTest {
  /** Two streams at a time, and an extended CONNECT is taken. */
  private static final Http2Options SMALL =
      new Http2Options(
          2, 1 << 16, 1 << 16, 1000, 20, 4096, 4096, true, Duration.ofSeconds(1), 9, 9);

  private final Side server = Side.freshServer(Http2Options.DEFAULTS);
  private final Side client = Side.client(Http2Options.DEFAULTS);

  private Seen get(String path) {
    return client.open(
        client.connection.newHead().request("GET", "https", "a.test", path).field("X-A", "b"),
        true);
  }

  private static void answer(Seen seen, String body) {
    try {
      Http2Stream stream = seen.stream;
      stream.sendHead(seen.stream.newHead().status(200).field("Content-Type", "text/plain"), false);
      stream.write(ByteBuffer.wrap(body.getBytes(StandardCharsets.ISO_8859_1)));
      stream.finish();
    } catch (StreamResetException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void askAndAnswer() {
    server.whenOpened = seen -> answer(seen, "hello");

    Seen first = get("/one");
    Seen second = get("/two");
    Side.exchange(client, server);

    assertThat(server.stream(1).events).first().isEqualTo("opened GET https://a.test/one, X-A=b");
    assertThat(first.events).containsExactly("answered 200, Content-Type=text/plain", "end");
    assertThat(second.body).hasToString("hello");
    assertThat(client.connection.openStreams() + server.connection.openStreams()).isZero();
    assertThat(server.wire.taken + client.wire.taken).isZero();
  }

  @Test
  void carryInterimHeadsAndTrailersBothWays() throws Exception {
    Seen asked =
        client.open(client.connection.newHead().request("POST", "http", "a.test", "/"), false);
    asked.stream.write(ByteBuffer.wrap(new byte[] {'h', 'i'}));
    asked.stream.sendTrailers(client.connection.newHead().field("x-sum", "2"));
    Side.exchange(client, server);
    Seen seen = server.stream(1);
    assertThat(seen.body).hasToString("hi");
    assertThat(seen.events).contains("end X-Sum=2");

    Http2Stream stream = seen.stream;
    stream.sendInterim(stream.newHead().status(103).field("link", "</a>"));
    stream.sendHead(stream.newHead().status(200), false);
    stream.write(ByteBuffer.wrap(new byte[] {'y', 'o'}));
    stream.sendTrailers(stream.newHead().field("grpc-status", "0"));
    Side.exchange(client, server);

    assertThat(asked.events)
        .containsExactly("interim 103, Link=</a>", "answered 200", "end Grpc-Status=0");
    assertThat(asked.body).hasToString("yo");
  }

  @Test
  void carryLongBodiesThroughSmallWindowsWhole() {
    byte[] body = new byte[1 << 20];
    new Random(1).nextBytes(body);
    var left = ByteBuffer.wrap(body);
    server.whenOpened =
        seen -> {
          try {
            seen.stream.sendHead(seen.stream.newHead().status(200), false);
          } catch (StreamResetException e) {
            throw new AssertionError(e);
          }
          seen.whenWritable = _ -> pump(seen, left);
          pump(seen, left);
        };

    Seen asked = get("/");
    Side.exchange(client, server);

    assertThat(asked.events).endsWith("end");
    assertThat(asked.body.toString().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(body);
    assertThat(server.wire.writes).isLessThan(60);
  }

  private static void pump(Seen seen, ByteBuffer left) {
    try {
      seen.stream.write(left);
      if (left.hasRemaining()) {
        seen.stream.awaitRoom();
      } else {
        seen.stream.finish();
      }
    } catch (StreamResetException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void stopAtTheWindowOfAReaderThatDoesNotRead() {
    var left = ByteBuffer.allocate(1 << 20);
    server.whenOpened =
        seen -> {
          try {
            seen.stream.sendHead(seen.stream.newHead().status(200), false);
          } catch (StreamResetException e) {
            throw new AssertionError(e);
          }
          seen.whenWritable = _ -> pump(seen, left);
          pump(seen, left);
        };
    Seen asked = get("/");
    asked.reading = false;
    Side.exchange(client, server);
    assertThat(left.position()).isEqualTo(Http2Options.DEFAULTS.streamWindow());

    server.whenOpened = seen -> answer(seen, "not stalled");
    Seen other = get("/");
    Side.exchange(client, server);
    assertThat(other.body).hasToString("not stalled");

    asked.reading = true;
    asked.read();
    Side.exchange(client, server);
    assertThat(asked.body.length()).isEqualTo(1 << 20);
  }

  @Test
  void goOnWhereOneTurnDoesNotSendAll() {
    var left = ByteBuffer.allocate(1 << 20);
    Side fast = Side.server();
    fast.whenOpened =
        seen -> {
          try {
            seen.stream.sendHead(seen.stream.newHead().status(200), false);
          } catch (StreamResetException e) {
            throw new AssertionError(e);
          }
          seen.whenWritable = _ -> pump(seen, left);
          pump(seen, left);
        };
    fast.receive(
        new Raw()
            .setting(Frames.SETTING_INITIAL_WINDOW_SIZE, 1 << 24)
            .number(Frames.WINDOW_UPDATE, 0, 1 << 24)
            .get(1));

    assertThat(fast.wire.flushWanted).isTrue();
    int turns = 1;
    for (boolean allOut = false; left.hasRemaining(); turns++) {
      assertThat(allOut).as("turn %d", turns).isFalse();
      allOut = fast.connection.flush();
    }
    assertThat(turns).isBetween(2, 10);
  }

  @Test
  void endInGoodOrder() {
    Seen asked = get("/");
    Side.exchange(client, server);

    server.connection.drain(0);
    Side.exchange(client, server);
    assertThat(client.connection.canOpen()).isFalse();
    assertThat(server.wire.finished).isFalse();
    answer(server.stream(1), "last words");
    Side.exchange(client, server);

    assertThat(asked.body).hasToString("last words");
    assertThat(server.wire.finished).isTrue();
    assertThat(server.events).containsExactly("ended NO_ERROR");
  }

  @Test
  void tellWhatWasNotProcessed() {
    Seen processed = get("/1");
    Side.exchange(client, server);
    server.connection.drain(0);
    server.connection.check(3_000_000_000L);
    Seen late = get("/2");

    Side.exchange(client, server);

    assertThat(late.events).containsExactly("reset by peer REFUSED_STREAM");
    assertThat(processed.events).isEmpty();
    assertThat(client.events).containsExactly("going away NO_ERROR", "going away NO_ERROR");
  }

  @Test
  void takeNoOffenceAtFramesOfWhatWasNotProcessed() {
    get("/1");
    Side.exchange(client, server);
    server.connection.drain(0);
    server.connection.check(3_000_000_000L);
    server.frames();

    server.receive(
        new Raw()
            .head(0, 3, Raw.post())
            .data(0, 3, 1000)
            .number(Frames.WINDOW_UPDATE, 3, 1)
            .number(Frames.RST_STREAM, 3, 8)
            .data(Frames.END_STREAM, 5, 1000));

    assertThat(server.frames()).isEmpty();
    assertThat(server.events).isEmpty();
    assertThat(server.connection.openStreams()).isOne();
  }

  /** RFC 8441, section 3. */
  @Test
  void sayWhetherAnExtendedConnectIsTaken() {
    assertThat(settings(Side.freshServer(SMALL)))
        .containsEntry(Frames.SETTING_ENABLE_CONNECT_PROTOCOL, 1);
    assertThat(settings(server)).containsEntry(Frames.SETTING_ENABLE_CONNECT_PROTOCOL, 0);
  }

  private static Map<Integer, Integer> settings(Side side) {
    side.connection.flush();
    var settings = new HashMap<Integer, Integer>();
    for (var in = ByteBuffer.wrap(side.frames().getFirst().payload); in.hasRemaining(); ) {
      settings.put((int) in.getShort(), in.getInt());
    }
    return settings;
  }

  @Test
  void keepToTheStreamsThatAreAllowed() {
    Side small = Side.freshServer(SMALL);
    Side.exchange(client, small);
    get("/");
    get("/");

    assertThat(client.connection.canOpen()).isFalse();
    Side.exchange(client, small);
    answer(small.stream(3), "");
    Side.exchange(client, small);
    assertThat(client.connection.canOpen()).isTrue();
  }
}
