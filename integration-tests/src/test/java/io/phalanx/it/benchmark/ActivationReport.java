package io.phalanx.it.benchmark;

import io.phalanx.it.harness.Medians;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What changes of many routers took.
 *
 * @param perSecond requests at even times
 * @param slices by kind: without a change, and with one
 * @param changes those of all slices
 */
record ActivationReport(
    int routers,
    int perSecond,
    Map<String, List<PacedSlice>> slices,
    List<Change> changes,
    Map<String, PacedSummary> summaries) {
  /**
   * @param seconds from the file's change to the first answer by it
   * @param readyMillis of those, in which the node made the revision ready to be served
   */
  record Change(double seconds, double readyMillis) {}

  ActivationReport {
    changes = List.copyOf(changes);
  }

  static ActivationReport of(
      int routers,
      int perSecond,
      Map<String, List<PacedSlice>> slices,
      List<Change> changes,
      double gateCores) {
    List<PacedSlice> still = slices.values().iterator().next();
    Map<String, PacedSummary> summaries = new LinkedHashMap<>();
    slices.forEach((kind, own) -> summaries.put(kind, PacedSummary.of(own, still, gateCores)));
    return new ActivationReport(routers, perSecond, slices, changes, summaries);
  }

  String table() {
    var table =
        new Table(
            routers + " routers",
            "at req/s",
            "p50 / p99 / p99.9 ms",
            "p99 ratio",
            "errors",
            "file to answer s",
            "made ready s",
            "quiet slices");
    summaries.forEach((kind, summary) -> addTo(table, kind, summary));
    return table.text();
  }

  private void addTo(Table table, String kind, PacedSummary summary) {
    boolean still = kind.equals(summaries.keySet().iterator().next());
    table.add(
        kind,
        Integer.toString(perSecond),
        "%.2f / %.2f / %.2f"
            .formatted(
                summary.p50Micros() / 1e3, summary.p99Micros() / 1e3, summary.p999Micros() / 1e3),
        ratio(summary.p99Ratio()),
        Long.toString(summary.errors()),
        still ? Table.NONE : spread(changes.stream().mapToDouble(Change::seconds).toArray()),
        still
            ? Table.NONE
            : spread(changes.stream().mapToDouble(change -> change.readyMillis() / 1e3).toArray()),
        "%d/%d".formatted(summary.accepted(), summary.measured()));
  }

  private static String ratio(OptionalDouble ratio) {
    return ratio.isPresent() ? "%.2f".formatted(ratio.getAsDouble()) : Table.NONE;
  }

  private static String spread(double[] figures) {
    Arrays.sort(figures);
    return figures.length == 0
        ? Table.NONE
        : "%.2f [%.2f to %.2f]"
            .formatted(Medians.of(figures), figures[0], figures[figures.length - 1]);
  }
}
