package io.phalanx.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.http2.Side.Seen;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Bodies that nobody reads must not keep those that somebody reads from coming. */
class StalledStreamsTest {
  private static final int STREAM_WINDOW = Http2Options.DEFAULTS.streamWindow();
  private static final int CONNECTION_WINDOW = Http2Options.DEFAULTS.connectionWindow();
  private static final long SECOND = 1_000_000_000;
  private static final byte[] LARGE = new byte[1 << 20];
  private static final int PIECE = 16_384;
  private static final int FILLING = CONNECTION_WINDOW / STREAM_WINDOW;

  private final MemoryBound memory = new MemoryBound(1L << 30, () -> {});
  private long credit;

  private static Side server(MemoryBound.Share bodies) {
    Side server = Side.server(Http2Options.DEFAULTS, bodies);
    server.whenOpened = seen -> seen.reading = false;
    return server;
  }

  /** Opens a stream and sends as much of a body as its window takes. */
  private void stall(Side server, int id) {
    server.receive(new Raw().head(0, id, Raw.post()));
    for (int sent = 0; sent < STREAM_WINDOW; sent += PIECE) {
      server.receive(new Raw().data(0, id, PIECE));
    }
    count(server);
  }

  private void count(Side server) {
    for (Wire.Frame frame : server.frames()) {
      if (frame.type == Frames.WINDOW_UPDATE && frame.stream == 0) {
        credit += Frames.int31(frame.payload, 0);
      }
    }
  }

  @Test
  void letOthersGoOnWhileThereIsMemoryForThem() {
    Side server = server(memory.share(0));
    int stalled = 3 * FILLING;
    for (int i = 0; i < stalled; i++) {
      stall(server, 2 * i + 1);
    }
    assertThat(memory.held()).isEqualTo((long) stalled * STREAM_WINDOW);
    assertThat((long) stalled * STREAM_WINDOW - credit).isLessThan(CONNECTION_WINDOW);

    server.whenOpened = _ -> {};
    int live = 2 * stalled + 1;
    server.receive(new Raw().head(0, live, Raw.post()).data(Frames.END_STREAM, live, PIECE));
    assertThat(server.stream(live).body).hasSize(PIECE);

    server.streams.values().forEach(Seen::read);
    count(server);
    assertThat(memory.held()).isZero();
    assertThat(server.events).isEmpty();
  }

  @Test
  void giveTheConnectionNothingWhereThereIsNoMemoryUntilTheyAreRead() {
    Side server = server(MemoryBound.nothing());
    for (int i = 0; i < FILLING; i++) {
      stall(server, 2 * i + 1);
    }
    assertThat(credit).isZero();

    server.streams.values().forEach(Seen::read);
    count(server);
    assertThat(credit).isEqualTo(CONNECTION_WINDOW);
  }

  @Test
  void areCountedOnceWhenTheyAreReset() {
    Side server = server(memory.share(0));
    for (int i = 0; i < FILLING; i++) {
      stall(server, 2 * i + 1);
    }
    for (int i = 0; i < FILLING; i++) {
      server.receive(new Raw().number(Frames.RST_STREAM, 2 * i + 1, 8));
    }
    count(server);

    assertThat(memory.held()).isZero();
    assertThat(credit).isEqualTo(CONNECTION_WINDOW);
  }

  @Test
  void areBoundedByTheMemoryThereIs() {
    var small = new MemoryBound(STREAM_WINDOW, () -> {});
    Side server = server(small.share(0));
    for (int i = 0; i < FILLING; i++) {
      stall(server, 2 * i + 1);
    }

    assertThat(small.held()).isEqualTo(STREAM_WINDOW);
    server.streams.values().forEach(Seen::read);
    assertThat(small.held()).isZero();
  }

  /** Streams that wait for a window that is used up, and are cancelled one after another. */
  @Test
  void areForgottenWhenTheirClientCancelsThem() {
    Side server = Side.server();
    server.whenOpened = StalledStreamsTest::answerWithoutEnd;
    server.receive(new Raw().setting(Frames.SETTING_INITIAL_WINDOW_SIZE, 1 << 20).get(1));
    int streams = 5 * Http2Options.DEFAULTS.maxResets();
    for (int i = 1; i <= streams; i++) {
      server.connection.check(i * SECOND);
      server.receive(new Raw().get(2 * i + 1).number(Frames.RST_STREAM, 2 * i + 1, 8));
    }

    assertThat(server.connection.openStreams()).isOne();
    assertThat(server.connection.waiting().size()).isOne();
    server.frames();
    server.receive(new Raw().number(Frames.WINDOW_UPDATE, 0, 1 << 20));
    assertThat(server.frames()).isNotEmpty().allMatch(frame -> frame.stream == 1);
  }

  @Test
  void areForgottenWhenTheirServerResetsThem() {
    Side client = HostileServersTest.client();
    client.receive(new Raw().setting(Frames.SETTING_INITIAL_WINDOW_SIZE, 1 << 20));
    for (int i = 0; i < 100; i++) {
      HeadWriter head = client.connection.newHead().request("POST", "http", "a.test", "/");
      writeAll(client.open(head, false), ByteBuffer.wrap(LARGE));
      client.connection.flush();
      if (i > 0) {
        client.receive(new Raw().number(Frames.RST_STREAM, 2 * i + 1, 8));
      }
    }

    assertThat(client.connection.openStreams()).isOne();
    assertThat(client.connection.waiting().size()).isOne();
  }

  private static void answerWithoutEnd(Seen seen) {
    try {
      seen.stream.sendHead(seen.stream.newHead().status(200), false);
    } catch (StreamResetException e) {
      throw new AssertionError(e);
    }
    writeAll(seen, ByteBuffer.wrap(LARGE));
  }

  private static void writeAll(Seen seen, ByteBuffer left) {
    seen.whenWritable = _ -> writeAll(seen, left);
    try {
      seen.stream.write(left);
      seen.stream.awaitRoom();
    } catch (StreamResetException e) {
      throw new AssertionError(e);
    }
  }
}
