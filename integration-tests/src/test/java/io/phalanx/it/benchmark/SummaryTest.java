package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.phalanx.it.harness.Medians;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  private static final double GATE = 0.3;

  @Test
  void theMedianOfAnEvenCountIsBetweenTheMiddleTwo() {
    assertThat(Medians.of(9, 1, 3, 2)).isEqualTo(2.5);
    assertThat(Medians.of(9, 1, 3)).isEqualTo(3);
    assertThat(Medians.of()).isNaN();
  }

  @Test
  void dividesProcessorTimeByRequests() {
    Slice slice = Slice.of(1, new Usage(200, 500, 560, 3), client(100_000, 0));

    assertThat(slice.cpuMicros()).isCloseTo(20, within(1e-9));
  }

  @Test
  void whatNeitherProxyNorClientNorUpstreamUsedIsForeign() {
    Slice slice = Slice.of(1, new Usage(200, 500, 560, 3), client(100_000, 0));

    assertThat(slice.foreignCores()).isCloseTo(0.2, within(1e-9));
  }

  @Test
  void aSliceWithoutARequestIsRefused() {
    assertThatThrownBy(() -> Slice.of(1, new Usage(200, 500, 560, 3), client(0, 64)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyQuietSlicesCount() {
    List<Slice> slices = List.of(slice(1, 20, 0.1), slice(2, 90, 0.3), slice(3, 22, 0.29));

    Summary summary = Summary.of(slices, slices, GATE);

    assertThat(summary.accepted()).isEqualTo(2);
    assertThat(summary.measured()).isEqualTo(3);
    assertThat(summary.cpuMicros()).isEqualTo(21);
    assertThat(summary.largestMicros()).isEqualTo(22);
  }

  @Test
  void comparesWithinEachRoundInWhichBothWereQuiet() {
    List<Slice> baseline = List.of(slice(1, 10, 0), slice(2, 20, 0), slice(3, 10, 0.9));
    List<Slice> own = List.of(slice(1, 11, 0), slice(2, 26, 0), slice(3, 90, 0));

    Summary summary = Summary.of(own, baseline, GATE);

    assertThat(summary.medianRatio()).hasValueCloseTo(1.2, within(1e-9));
    assertThat(summary.smallestRatio()).hasValueCloseTo(1.1, within(1e-9));
  }

  @Test
  void hasNoRatioWhenNothingWasQuiet() {
    List<Slice> noisy = List.of(slice(1, 20, 1));

    Summary summary = Summary.of(noisy, noisy, GATE);

    assertThat(summary.medianRatio()).isEmpty();
    assertThat(summary.smallestRatio()).isEmpty();
    assertThat(summary.cpuMicros()).isNaN();
  }

  @Test
  void errorsOfNoisySlicesCountToo() {
    List<Slice> slices =
        List.of(new Slice(1, 20, 0, client(10, 2)), new Slice(2, 20, 1, client(10, 3)));

    assertThat(Summary.of(slices, slices, GATE).errors()).isEqualTo(5);
  }

  private static Slice slice(int round, double cpuMicros, double foreignCores) {
    return new Slice(round, cpuMicros, foreignCores, client(1000, 0));
  }

  private static LoadReport client(long requests, long errors) {
    return new LoadReport(requests, 1000, 2000, 5000, errors);
  }
}
