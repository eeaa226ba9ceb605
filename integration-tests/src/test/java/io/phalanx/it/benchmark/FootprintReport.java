package io.phalanx.it.benchmark;

import java.util.List;
import java.util.Map;

/**
 * What a proxy takes to be there.
 *
 * @param starts all of them
 * @param quiet starts that count; times are of these, and NaN if there are none
 * @param memory the most under load
 */
record FootprintReport(
    List<Start> starts,
    int quiet,
    double medianMillis,
    double smallestMillis,
    double largestMillis,
    double foreignCores,
    Smaps memory) {
  /**
   * @param millis from the start of the process to the first 200 that came from behind it
   */
  record Start(int round, double millis, double foreignCores) implements Measured {
    /** Shorter ones are too few ticks to tell what others used. */
    private static final double SHORT_MILLIS = 200;

    @Override
    public boolean isQuiet(double gateCores) {
      return millis < SHORT_MILLIS || foreignCores < gateCores;
    }
  }

  FootprintReport {
    starts = List.copyOf(starts);
  }

  static FootprintReport of(List<Start> starts, double gateCores, Smaps memory) {
    List<Start> quiet = Rounds.quiet(starts, gateCores);
    return new FootprintReport(
        starts,
        quiet.size(),
        Rounds.median(quiet, Start::millis),
        quiet.stream().mapToDouble(Start::millis).min().orElse(Double.NaN),
        quiet.stream().mapToDouble(Start::millis).max().orElse(Double.NaN),
        Rounds.median(quiet, Start::foreignCores),
        memory);
  }

  static String table(Map<String, FootprintReport> reports) {
    var table =
        new Table(
            "proxy",
            "first answer s [min to max]",
            "quiet starts",
            "others' cores",
            "Rss MiB under load",
            "Pss MiB under load");
    reports.forEach((name, report) -> report.addTo(table, name));
    return table.text();
  }

  private void addTo(Table table, String name) {
    table.add(
        name,
        "%.2f [%.2f to %.2f]"
            .formatted(medianMillis / 1e3, smallestMillis / 1e3, largestMillis / 1e3),
        "%d/%d".formatted(quiet, starts.size()),
        "%.2f".formatted(foreignCores),
        Long.toString(memory.rss() >> 10),
        Long.toString(memory.pss() >> 10));
  }
}
