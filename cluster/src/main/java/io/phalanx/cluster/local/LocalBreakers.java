package io.phalanx.cluster.local;

import io.phalanx.cluster.breaker.Breakers;
import io.phalanx.cluster.breaker.Circuit;
import io.phalanx.cluster.breaker.KnownCircuits;
import io.phalanx.cluster.breaker.Measure;
import io.phalanx.cluster.breaker.Subject;
import io.phalanx.cluster.breaker.Terms;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Breakers of a node on its own, or of one node of a fleet. */
public final class LocalBreakers implements Breakers {
  private final KnownCircuits known = new KnownCircuits();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime nanoseconds that never go back
   */
  public LocalBreakers(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public Circuit circuit(Subject subject, Terms terms, Supplier<Measure> fresh) {
    return known.circuit(subject.key(), () -> new Circuit(subject, terms, fresh.get(), nanoTime));
  }

  @Override
  public List<Circuit> circuits() {
    return known.all();
  }
}
