package io.phalanx.it.benchmark;

import io.phalanx.it.harness.Medians;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Figures of slices. */
final class Rounds {
  private Rounds() {}

  static <S extends Measured> List<S> quiet(List<S> slices, double gateCores) {
    return slices.stream().filter(slice -> slice.isQuiet(gateCores)).toList();
  }

  /** NaN without any. */
  static <S> double median(List<S> slices, ToDoubleFunction<S> figure) {
    return Medians.of(slices.stream().mapToDouble(figure).toArray());
  }

  /** Median of the ratios of each round that both have; none without such a round. */
  static <S extends Measured> OptionalDouble ratio(
      List<S> slices, List<S> baseline, ToDoubleFunction<S> figure) {
    Map<Integer, Double> byRound =
        baseline.stream().collect(Collectors.toMap(Measured::round, figure::applyAsDouble));
    double[] ratios =
        slices.stream()
            .mapToDouble(
                slice ->
                    figure.applyAsDouble(slice) / byRound.getOrDefault(slice.round(), Double.NaN))
            .filter(Double::isFinite)
            .toArray();
    return ratios.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(Medians.of(ratios));
  }
}
