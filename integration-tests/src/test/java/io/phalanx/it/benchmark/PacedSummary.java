package io.phalanx.it.benchmark;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The quiet slices of one proxy at a fixed rate: medians of each slice's percentiles.
 *
 * @param accepted quiet slices; medians are of these, and NaN if there are none
 * @param measured all slices
 * @param foreignCores median of what others used
 * @param lateMicros 99th percentile of how late the client itself was
 * @param errors in all slices
 * @param p99Ratio median of the ratios of each round in which both were quiet
 */
record PacedSummary(
    int accepted,
    int measured,
    double foreignCores,
    double p50Micros,
    double p99Micros,
    double p999Micros,
    double lateMicros,
    long errors,
    OptionalDouble p99Ratio) {

  static PacedSummary of(List<PacedSlice> slices, List<PacedSlice> baseline, double gateCores) {
    List<PacedSlice> quiet = Rounds.quiet(slices, gateCores);
    return new PacedSummary(
        quiet.size(),
        slices.size(),
        Rounds.median(quiet, PacedSlice::foreignCores),
        Rounds.median(quiet, slice -> slice.client().p50Micros()),
        Rounds.median(quiet, slice -> slice.client().p99Micros()),
        Rounds.median(quiet, slice -> slice.client().p999Micros()),
        Rounds.median(quiet, slice -> slice.client().lateMicros()),
        slices.stream().mapToLong(slice -> slice.client().errors()).sum(),
        Rounds.ratio(
            quiet, Rounds.quiet(baseline, gateCores), slice -> slice.client().p99Micros()));
  }
}
