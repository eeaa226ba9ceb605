package io.phalanx.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class HandshakesTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Queue<Runnable> checks = new ArrayDeque<>();
  private final List<String> closed = new ArrayList<>();
  private long now = Long.MAX_VALUE - 1;
  private final Handshakes handshakes = new Handshakes(2, LIMIT, () -> now, checks::add);

  private Closeable connection(String name) {
    return () -> closed.add(name);
  }

  @Test
  void closesWhatIsNotDoneInTime() {
    handshakes.begun(connection("late"));
    now += LIMIT.toNanos() - 1;
    handshakes.begun(connection("young"));

    checks.remove().run();
    assertThat(closed).isEmpty();

    now += 1;
    checks.remove().run();
    assertThat(closed).containsExactly("late");
    assertThat(handshakes.pending()).isEqualTo(1);
  }

  @Test
  void leavesThoseAloneThatAreDone() {
    Closeable done = connection("done");
    handshakes.begun(done);
    handshakes.ended(done);
    now += LIMIT.toNanos();
    checks.remove().run();

    assertThat(closed).isEmpty();
    assertThat(checks).as("nothing left to look after").isEmpty();
  }

  @Test
  void closesTheOldestForOneTooMany() {
    handshakes.begun(connection("first"));
    handshakes.begun(connection("second"));
    handshakes.begun(connection("third"));

    assertThat(closed).containsExactly("first");
    assertThat(handshakes.pending()).isEqualTo(2);
    assertThat(checks).as("one check for all").hasSize(1);
  }
}
