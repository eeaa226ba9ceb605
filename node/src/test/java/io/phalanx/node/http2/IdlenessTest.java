package io.phalanx.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What counts as a use of a connection. */
class IdlenessTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Side server = Side.server();
  private final Idleness idleness = new Idleness(server.connection, 0);

  private void check(int second) {
    idleness.check(Duration.ofSeconds(second).toNanos());
  }

  @Test
  void isForgottenByAStreamAndNotByAPing() {
    server.receive(new Raw().head(0, 1, Raw.post()));
    check(100);
    assertThat(idleness.isUnusedFor(LIMIT)).isFalse();

    server.stream(1).stream.reset(ErrorCode.CANCEL);
    for (int second = 101; second < 160; second++) {
      server.receive(new Raw().frame(Frames.PING, 0, 0, new byte[8]).frame(Frames.SETTINGS, 0, 0));
      check(second);
      assertThat(idleness.isUnusedFor(LIMIT)).isFalse();
    }
    check(160);
    assertThat(idleness.isUnusedFor(LIMIT)).isTrue();
    assertThat(idleness.isStuckFor(LIMIT)).isFalse();
  }

  /** Such are not open when it is looked at. */
  @Test
  void isForgottenByAStreamThatIsAnsweredAtOnce() {
    server.whenOpened =
        seen -> {
          try {
            seen.stream.sendHead(seen.stream.newHead().status(204), true);
          } catch (StreamResetException e) {
            throw new AssertionError(e);
          }
        };
    server.receive(new Raw().get(1));
    check(59);
    server.receive(new Raw().get(3));
    check(60);

    assertThat(server.connection.openStreams()).isZero();
    assertThat(idleness.isUnusedFor(LIMIT)).isFalse();
  }

  @Test
  void isTheClientsThatTakesNothing() throws Exception {
    server.receive(new Raw().setting(Frames.SETTING_INITIAL_WINDOW_SIZE, 1 << 20).get(1));
    server.wire.takes = 100;
    Http2Stream stream = server.stream(1).stream;
    stream.sendHead(stream.newHead().status(200), false);
    stream.write(ByteBuffer.allocate(10_000));
    server.connection.flush();
    check(10);
    check(69);
    assertThat(idleness.isStuckFor(LIMIT)).isFalse();
    check(70);
    assertThat(idleness.isStuckFor(LIMIT)).isTrue();
    assertThat(idleness.isUnusedFor(LIMIT)).isFalse();

    server.wire.takes = 1;
    server.connection.flush();
    check(71);
    assertThat(idleness.isStuckFor(LIMIT)).isFalse();
  }

  @Test
  void hasNoLimitOfNothing() {
    check(1_000_000);

    assertThat(idleness.isUnusedFor(Duration.ZERO)).isFalse();
  }
}
