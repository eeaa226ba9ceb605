package io.phalanx.cluster.breaker;

import java.time.Duration;

/** Does something after a while, on any thread. */
@FunctionalInterface
public interface Later {
  void run(Duration delay, Runnable task);
}
