package io.phalanx.node.breaker;

import io.phalanx.cluster.breaker.Measure;
import io.phalanx.cluster.breaker.Tally;
import io.phalanx.node.breaker.Quantity.LatencyAtQuantileMs;
import io.phalanx.node.breaker.Quantity.NetworkErrorRatio;
import io.phalanx.node.breaker.Quantity.ResponseCodeRatio;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Answers of late, and whether a condition holds for them. */
final class Measured implements Measure {
  /** The set of statuses that count as failures, for people; it decides nothing. */
  private static final int FAILURES = 0;

  private final Condition condition;
  private final List<Quantity> quantities;
  private final int sets;
  private final StatusCounts statuses;
  private final Optional<Latencies> latencies;

  /**
   * @param quantities all of the condition, at most 30
   */
  Measured(Condition condition, List<Quantity> quantities) {
    this.condition = condition;
    this.quantities = quantities;
    var of = new ArrayList<IntPredicate>();
    for (Quantity quantity : quantities) {
      of.add(numerator(quantity));
      of.add(denominator(quantity));
    }
    of.addFirst(isFailure(quantities));
    this.sets = of.size();
    this.statuses = new StatusCounts(of);
    this.latencies =
        quantities.stream().anyMatch(LatencyAtQuantileMs.class::isInstance)
            ? Optional.of(new Latencies())
            : Optional.empty();
  }

  private static IntPredicate isFailure(List<Quantity> quantities) {
    return status -> quantities.stream().anyMatch(each -> numerator(each).test(status));
  }

  private static boolean isNetworkError(int status) {
    return status == 502 || status == 504;
  }

  private static IntPredicate numerator(Quantity quantity) {
    return switch (quantity) {
      case NetworkErrorRatio _ -> Measured::isNetworkError;
      case ResponseCodeRatio ratio -> status -> status >= ratio.from() && status < ratio.to();
      case LatencyAtQuantileMs _ -> _ -> false;
    };
  }

  private static IntPredicate denominator(Quantity quantity) {
    return quantity instanceof ResponseCodeRatio ratio
        ? status -> status >= ratio.ofFrom() && status < ratio.ofTo()
        : _ -> true;
  }

  @Override
  public void record(int status, long nanos, long now) {
    statuses.record(status, now);
    latencies.ifPresent(kept -> kept.record(nanos, now));
  }

  @Override
  public Tally tally(long now) {
    long[] counts = statuses.counts(sets, now);
    boolean tripped = condition.holds(quantity -> measured(quantity, counts, now));
    return new Tally(counts[sets], counts[FAILURES], tripped);
  }

  private double measured(Quantity quantity, long[] counts, long now) {
    if (quantity instanceof LatencyAtQuantileMs(double percent)) {
      return latencies.map(kept -> (double) kept.millisAt(percent, now)).orElse(0.0);
    }
    int first = FAILURES + 1 + 2 * quantities.indexOf(quantity);
    long of = counts[first + 1];
    return of == 0 ? 0 : (double) counts[first] / of;
  }

  @Override
  public void clear() {
    statuses.clear();
    latencies.ifPresent(Latencies::clear);
  }
}
