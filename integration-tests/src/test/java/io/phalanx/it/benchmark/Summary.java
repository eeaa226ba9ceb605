package io.phalanx.it.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The quiet slices of one proxy, and how they compare with those of another in the same rounds.
 *
 * @param accepted quiet slices; medians and extremes are of these, and NaN if there are none
 * @param measured all slices
 * @param foreignCores median of what others used
 * @param errors in all slices
 * @param medianRatio median of the ratios of each round in which both were quiet
 * @param smallestRatio smallest slice by smallest slice
 */
record Summary(
    int accepted,
    int measured,
    double foreignCores,
    double cpuMicros,
    double smallestMicros,
    double largestMicros,
    double perSecond,
    double p50Micros,
    double p99Micros,
    long errors,
    OptionalDouble medianRatio,
    OptionalDouble smallestRatio) {

  static Summary of(List<Slice> slices, List<Slice> baseline, double gateCores) {
    List<Slice> quiet = Rounds.quiet(slices, gateCores);
    List<Slice> other = Rounds.quiet(baseline, gateCores);
    double[] cpu = quiet.stream().mapToDouble(Slice::cpuMicros).toArray();
    return new Summary(
        quiet.size(),
        slices.size(),
        Rounds.median(quiet, Slice::foreignCores),
        Rounds.median(quiet, Slice::cpuMicros),
        Arrays.stream(cpu).min().orElse(Double.NaN),
        Arrays.stream(cpu).max().orElse(Double.NaN),
        Rounds.median(quiet, slice -> slice.client().perSecond()),
        Rounds.median(quiet, slice -> slice.client().p50Micros()),
        Rounds.median(quiet, slice -> slice.client().p99Micros()),
        slices.stream().mapToLong(slice -> slice.client().errors()).sum(),
        Rounds.ratio(quiet, other, Slice::cpuMicros),
        smallestRatio(quiet, other));
  }

  private static OptionalDouble smallestRatio(List<Slice> slices, List<Slice> baseline) {
    OptionalDouble own = slices.stream().mapToDouble(Slice::cpuMicros).min();
    OptionalDouble other = baseline.stream().mapToDouble(Slice::cpuMicros).min();
    return own.isEmpty() || other.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(own.getAsDouble() / other.getAsDouble());
  }
}
