package io.phalanx.node.tls.ocsp;

import io.phalanx.node.tls.ocsp.StatusException.Kind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What came of questions to responders. Thread-safe. */
final class StatusCounts {
  private final Map<String, AtomicLong> counts = new LinkedHashMap<>();

  StatusCounts() {
    counts.put("good", new AtomicLong());
    for (Kind kind : Kind.values()) {
      counts.put(word(kind), new AtomicLong());
    }
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  void good() {
    count("good");
  }

  void failed(Kind kind) {
    count(word(kind));
  }

  private void count(String outcome) {
    AtomicLong count = counts.get(outcome);
    if (count != null) {
      count.incrementAndGet();
    }
  }

  /** By the label {@code outcome}. */
  Map<Map<String, String>, Double> rows() {
    var rows = new LinkedHashMap<Map<String, String>, Double>();
    counts.forEach((outcome, count) -> rows.put(Map.of("outcome", outcome), (double) count.get()));
    return rows;
  }
}
