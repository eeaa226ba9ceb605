package io.phalanx.node.forwarding;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The bodies of one I/O thread that nobody takes, be it a client its answer or a server its
 * request, and what is held for them, the one that has waited longest first. It has to go when too
 * much is held for all together and it has waited for a while, and whatever it has waited when
 * memory would run out. What is taken slowly but is taken begins to wait anew each time. Belongs to
 * that thread.
 */
final class StalledBodies {
  /** Somebody who holds a part of a body. */
  interface Holder {
    /** Lets go of what is held, and of the exchange: nothing is taken, which is too much. */
    void giveUp();
  }

  /** Why one has to go. */
  static final String REASON =
      "it takes nothing of a body, and too much is held for all that take nothing";

  /** How long one may wait although too much is held. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Runs what may not happen in the middle of something else. */
  @FunctionalInterface
  interface Later {
    /**
     * @param nanos from now
     */
    void run(Runnable task, long nanos);
  }

  private record Stall(long bytes, long since) {}

  private final Later later;
  private final LongSupplier nanoTime;
  private final long most;
  private final long memory;
  private final LinkedHashMap<Holder, Stall> stalls = new LinkedHashMap<>();
  private long held;
  private boolean asked;
  private boolean revisits;

  /**
   * @param memory bytes that there are at all; half of them may be held, three quarters for a
   *     moment
   */
  StalledBodies(Later later, LongSupplier nanoTime, long memory) {
    this.later = later;
    this.nanoTime = nanoTime;
    this.memory = memory;
    this.most = memory / 2;
  }

  /** From now on {@code holder} holds {@code bytes} for somebody who takes nothing. */
  void add(Holder holder, long bytes) {
    remove(holder);
    stalls.put(holder, new Stall(bytes, nanoTime.getAsLong()));
    held += bytes;
    if (held > most && !asked) {
      asked = true;
      later.run(this::trimNow, 0);
    }
  }

  /** Something is taken again, or nothing is held any more. */
  void remove(Holder holder) {
    Stall over = stalls.remove(holder);
    if (over != null) {
      held -= over.bytes;
    }
  }

  private void trimNow() {
    asked = false;
    trim();
  }

  private void trimAgain() {
    revisits = false;
    trim();
  }

  private void trim() {
    long now = nanoTime.getAsLong();
    while (held > most) {
      Map.Entry<Holder, Stall> first = stalls.firstEntry();
      long patience = first.getValue().since + PATIENCE.toNanos() - now;
      if (patience > 0 && held <= memory / 4 * 3) {
        if (!revisits) {
          revisits = true;
          later.run(this::trimAgain, patience);
        }
        return;
      }
      remove(first.getKey());
      first.getKey().giveUp();
    }
  }
}
