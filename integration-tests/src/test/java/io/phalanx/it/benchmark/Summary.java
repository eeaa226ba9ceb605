package io.phalanx.it.benchmark;

import io.phalanx.it.harness.Medians;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The quiet slices of one proxy, and how they compare with those of another in the same rounds.
 *
 * @param accepted quiet slices; medians and extremes are of these, and NaN if there are none
 * @param measured all slices
 * @param errors in all slices
 * @param medianRatio median of the ratios of each round in which both were quiet
 * @param smallestRatio smallest slice by smallest slice
 */
record Summary(
    int accepted,
    int measured,
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
    List<Slice> quiet = quiet(slices, gateCores);
    List<Slice> other = quiet(baseline, gateCores);
    double[] cpu = quiet.stream().mapToDouble(Slice::cpuMicros).toArray();
    return new Summary(
        quiet.size(),
        slices.size(),
        Medians.of(cpu),
        Arrays.stream(cpu).min().orElse(Double.NaN),
        Arrays.stream(cpu).max().orElse(Double.NaN),
        median(quiet, slice -> slice.client().perSecond()),
        median(quiet, slice -> slice.client().p50Micros()),
        median(quiet, slice -> slice.client().p99Micros()),
        slices.stream().mapToLong(slice -> slice.client().errors()).sum(),
        medianRatio(quiet, other),
        smallestRatio(quiet, other));
  }

  private static List<Slice> quiet(List<Slice> slices, double gateCores) {
    return slices.stream().filter(slice -> slice.isQuiet(gateCores)).toList();
  }

  private static OptionalDouble medianRatio(List<Slice> slices, List<Slice> baseline) {
    Map<Integer, Double> byRound =
        baseline.stream().collect(Collectors.toMap(Slice::round, Slice::cpuMicros));
    double[] ratios =
        slices.stream()
            .mapToDouble(
                slice -> slice.cpuMicros() / byRound.getOrDefault(slice.round(), Double.NaN))
            .filter(Double::isFinite)
            .toArray();
    return ratios.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(Medians.of(ratios));
  }

  private static OptionalDouble smallestRatio(List<Slice> slices, List<Slice> baseline) {
    OptionalDouble own = slices.stream().mapToDouble(Slice::cpuMicros).min();
    OptionalDouble other = baseline.stream().mapToDouble(Slice::cpuMicros).min();
    return own.isEmpty() || other.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(own.getAsDouble() / other.getAsDouble());
  }

  private static double median(List<Slice> slices, ToDoubleFunction<Slice> figure) {
    return Medians.of(slices.stream().mapToDouble(figure).toArray());
  }
}
