package io.phalanx.node.acme;

import io.phalanx.node.acme.AuthorityException.Kind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What came of attempts to get certificates that this member made. Thread-safe. */
public final class OrderCounts {
  private final Map<String, Map<Outcome, AtomicLong>> counts = new ConcurrentHashMap<>();

  /** What came of one attempt. */
  enum Outcome {
    ISSUED,
    REFUSED,
    LATE,
    LIMITED,
    UNREACHABLE;

    static Outcome of(Kind kind) {
      return switch (kind) {
        case REFUSED -> REFUSED;
        case LATE -> LATE;
        case LIMITED -> LIMITED;
        case UNREACHABLE, UNKNOWN -> UNREACHABLE;
      };
    }
  }

  /** Has a resolver be shown from now on, whether something was tried or not. */
  void show(String resolver) {
    var _ = resolver(resolver);
  }

  private Map<Outcome, AtomicLong> resolver(String name) {
    return counts.computeIfAbsent(
        name,
        _ -> {
          var outcomes = new LinkedHashMap<Outcome, AtomicLong>();
          for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new AtomicLong());
          }
          return Map.copyOf(outcomes);
        });
  }

  void count(String resolver, Outcome outcome) {
    AtomicLong count = resolver(resolver).get(outcome);
    if (count != null) {
      count.incrementAndGet();
    }
  }

  /** All counts, by the labels {@code resolver} and {@code outcome}. */
  public Map<Map<String, String>, Double> rows() {
    var rows = new LinkedHashMap<Map<String, String>, Double>();
    counts.forEach(
        (resolver, outcomes) ->
            outcomes.forEach(
                (outcome, count) ->
                    rows.put(
                        Map.of(
                            "resolver",
                            resolver,
                            "outcome",
                            outcome.name().toLowerCase(Locale.ROOT)),
                        (double) count.get())));
    return rows;
  }
}
