package io.phalanx.node.sticky;

import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.Seating;
import io.phalanx.cluster.session.SessionTable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;

/** The sessions that the fleet remembers, as a node asks for them. Thread-safe. */
public final class SessionMemory {
  /**
   * How long a request waits for the fleet. A round trip takes well under a millisecond; a member
   * that hangs is out of the fleet after seconds.
   */
  static final Duration PATIENCE = Duration.ofMillis(500);

  private final SessionTable table;
  private final LongAdder missed = new LongAdder();

  public SessionMemory(SessionTable table) {
    this.table = table;
  }

  Optional<String> near(String key) {
    return table.near(key);
  }

  CompletionStage<Seating> seat(String key, Bid bid) {
    return table.seat(key, bid, PATIENCE);
  }

  /** A request whose session the fleet did not tell. */
  void miss() {
    missed.increment();
  }

  /** How many requests went where the balancer said because the fleet did not answer. */
  public long missed() {
    return missed.sum();
  }
}
