package io.phalanx.cluster.hazelcast;

import io.phalanx.cluster.Eventually;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TidyingTest {
  @Test
  void goesOnAfterAFailure() throws Exception {
    var failed = new AtomicInteger();
    var tidied = new AtomicInteger();
    try (var tidying =
        new Tidying(
            Map.of(
                "budgets",
                () -> {
                  failed.incrementAndGet();
                  throw new IllegalStateException("of one key");
                },
                "slots",
                tidied::incrementAndGet))) {
      tidying.start(Duration.ofMillis(1));
      Eventually.holds("both again", () -> failed.get() > 2 && tidied.get() > 2);
    }
  }
}
