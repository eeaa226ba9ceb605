package io.phalanx.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How long a head may take. */
class SlowHeadsTest {
  private static final int SECOND = 1_000_000_000;

  private final Side server = Side.server();

  @Test
  void endTheConnectionWhenTheyAreNeverEnded() {
    server.receive(new Raw().frame(Frames.HEADERS, Frames.END_STREAM, 1));
    server.connection.check(0);
    server.connection.check(59L * SECOND);
    assertThat(server.events).isEmpty();

    server.connection.check(60L * SECOND);

    assertThat(server.events).containsExactly("ended ENHANCE_YOUR_CALM");
  }

  /** It is the time from the first byte of the first frame that counts. */
  @Test
  void endTheConnectionWhenAByteComesNowAndThen() {
    byte[] first = new Raw().frame(Frames.HEADERS, 0, 1, (byte) 0, (byte) 100).bytes();
    server.receive(Arrays.copyOf(first, 4));
    server.connection.check(0);
    server.receive(Arrays.copyOfRange(first, 4, first.length));
    for (long second = 5; second < 60; second += 5) {
      server.connection.check(second * SECOND);
      server.receive(new Raw().frame(Frames.CONTINUATION, 0, 1, (byte) 'x'));
    }
    assertThat(server.events).isEmpty();

    server.connection.check(60L * SECOND);

    assertThat(server.events).containsExactly("ended ENHANCE_YOUR_CALM");
  }

  @Test
  void haveATimeOfTheirOwnEach() {
    byte[] block = Raw.block(Raw.get());
    server.receive(new Raw().frame(Frames.HEADERS, Frames.END_STREAM, 1, block));
    for (int i = 0; i < 10; i++) {
      server.connection.check(i * 40L * SECOND);
      server.receive(
          new Raw()
              .frame(Frames.CONTINUATION, Frames.END_HEADERS, 2 * i + 1)
              .frame(Frames.HEADERS, Frames.END_STREAM, 2 * i + 3, block));
    }

    assertThat(server.events).isEmpty();
    assertThat(server.streams).hasSize(10);
  }
}
