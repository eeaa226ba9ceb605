package io.phalanx.providers;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A source of dynamic configuration. {@link #run} is called on a virtual thread of its own and
 * publishes complete snapshots until it is interrupted.
 *
 * <p>It may throw: whoever runs it keeps the last snapshot, reports the failure and calls {@code
 * run} again after a while. Repeated and frequent snapshots are fine, they are compared and
 * throttled outside. Partial ones are not: publish nothing instead.
 */
@FunctionalInterface
public interface Provider {
  void run(Consumer<Snapshot> out) throws IOException, InterruptedException;

  /**
   * Why it could read nothing on this machine, as far as that is known without asking anybody.
   * Where there are others they run it first.
   */
  default Optional<String> obstacle() {
    return Optional.empty();
  }

  /**
   * Has it read its source again, soon. One that looks by itself every few seconds need do nothing.
   */
  default void readAgain() {}
}
