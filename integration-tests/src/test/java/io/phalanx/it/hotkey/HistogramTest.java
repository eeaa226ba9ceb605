package io.phalanx.it.hotkey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void aPartIsKnownToASixteenth() {
    var histogram = new Histogram();
    for (int i = 1; i <= 100_000; i++) {
      histogram.add(i * 1000L);
    }

    assertThat(histogram.count()).isEqualTo(100_000);
    assertThat(histogram.micros(0.5)).isCloseTo(50_000, Percentage.withPercentage(6.3));
    assertThat(histogram.micros(0.99)).isCloseTo(99_000, Percentage.withPercentage(6.3));
    assertThat(histogram.micros(1)).isBetween(100_000.0, 106_250.0);
  }

  @Test
  void anyLatencyHasItsPlace() {
    for (long nanos : new long[] {0, 1, 15, 16, 17, 31, 32, 1_000_000_007, Long.MAX_VALUE}) {
      var histogram = new Histogram();
      histogram.add(nanos);

      assertThat(histogram.micros(1) * 1e3).isBetween(nanos * 0.999, nanos * 1.0626 + 0.5);
    }
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    var histogram = new Histogram();
    histogram.add(5);
    histogram.add(70_000);
    histogram.add(70_000);

    assertThat(Histogram.parse(histogram.text()).text()).isEqualTo(histogram.text());
    assertThat(Histogram.parse("").micros(0.5)).isNaN();
  }

  @Test
  void samplesOfSeveralMembersAreOne() {
    var one = new Sample(10, 50, 3, 1, 0, 7, new Histogram(), new Histogram());
    var two = new Sample(20, 60, 2, 0, 1, 5, new Histogram(), new Histogram());

    Sample both = Sample.parse(Sample.merged(List.of(one, two)).text());

    assertThat(both.decisions()).isEqualTo(7);
    assertThat(both.seconds()).isEqualTo(50e-9);
    assertThat(both.cpu()).isEqualTo(12);
    assertThat(new Slice(both, 2, 4.5).beyond()).isEqualTo(1);
  }
}
