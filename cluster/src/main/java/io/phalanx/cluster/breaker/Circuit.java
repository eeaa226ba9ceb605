package io.phalanx.cluster.breaker;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One breaker on one member. Safe for threads. As long as it is closed a request costs one volatile
 * read, and its answer what {@link Measure#record} costs.
 */
public final class Circuit {
  private static final Logger LOG = LoggerFactory.getLogger(Circuit.class);

  private final Subject subject;
  private final Measure measure;
  private final LongSupplier nanoTime;
  private final long checkPeriod;
  private final Gate gate;
  private final LongAdder closings = new LongAdder();
  private final LongAdder openings = new LongAdder();
  private final LongAdder recoveries = new LongAdder();
  private volatile State state = State.CLOSED;
  private volatile long nextCheck;

  public Circuit(Subject subject, Terms terms, Measure measure, LongSupplier nanoTime) {
    this.subject = subject;
    this.measure = measure;
    this.nanoTime = nanoTime;
    this.checkPeriod = terms.checkPeriod().toNanos();
    this.gate = new Gate(terms);
    this.nextCheck = nanoTime.getAsLong() - 1;
  }

  public Subject subject() {
    return subject;
  }

  public State state() {
    return state;
  }

  /** How often it came to a state. */
  public long transitions(State to) {
    return counter(to).sum();
  }

  private LongAdder counter(State to) {
    return switch (to) {
      case CLOSED -> closings;
      case OPEN -> openings;
      case RECOVERING -> recoveries;
    };
  }

  /** To be asked for each request. */
  public Entrance enter() {
    return state == State.CLOSED ? Entrance.INSIDE : enterSlowly(nanoTime.getAsLong());
  }

  private synchronized Entrance enterSlowly(long now) {
    if (gate.isToRecover(now)) {
      gate.recover(now);
    } else if (gate.isToClose(now)) {
      gate.close(now);
    }
    show("");
    return gate.allows(now) ? Entrance.INSIDE : Entrance.REFUSED;
  }

  /**
   * There is an answer to a request that was let in.
   *
   * @param nanos how long that took
   */
  public void over(int status, long nanos) {
    long now = nanoTime.getAsLong();
    measure.record(status, nanos, now);
    if (now - nextCheck > 0) {
      check(now);
    }
  }

  private synchronized void check(long now) {
    if (now - nextCheck <= 0) {
      return;
    }
    nextCheck = now + checkPeriod;
    if (gate.state() == State.OPEN) {
      return;
    }
    Tally tally = measure.tally(now);
    if (tally.tripped()) {
      measure.clear();
      gate.open(now);
      show(": %d of %d requests failed".formatted(tally.failures(), tally.requests()));
    }
  }

  private void show(String reason) {
    State now = gate.state();
    if (now != state) {
      state = now;
      counter(now).increment();
      LOG.info("breaker {} of {} is {}{}", subject.name(), subject.owner(), now, reason);
    }
  }
}
