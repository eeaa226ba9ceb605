package io.phalanx.cluster.hazelcast;

import io.phalanx.cluster.Eventually;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoundsTest {
  @Test
  void goesOnAfterAFailure() throws Exception {
    var failed = new AtomicInteger();
    var done = new AtomicInteger();
    try (var rounds =
        new Rounds(
            "test",
            Map.of(
                "budgets",
                () -> {
                  failed.incrementAndGet();
                  throw new IllegalStateException("of one key");
                },
                "slots",
                done::incrementAndGet))) {
      rounds.start(Duration.ofMillis(1));
      Eventually.holds("both again", () -> failed.get() > 2 && done.get() > 2);
    }
  }
}
