package io.phalanx.node.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.breaker.Measure;
import io.phalanx.cluster.breaker.Tally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class MeasuredTest {
  private static final long SECOND = 1_000_000_000;
  private static final long MICRO = 1_000;

  private static Measure measure(String expression) throws ExpressionException {
    return Expression.parse(expression).measure();
  }

  @Test
  void forgetsAnswersTenSecondsLater() throws ExpressionException {
    Measure measure = measure("NetworkErrorRatio() > 0.5");
    measure.record(502, 0, -SECOND / 2);
    measure.record(502, 0, SECOND / 2);
    assertThat(measure.tally(SECOND * 17 / 2)).isEqualTo(new Tally(2, 2, true));
    assertThat(measure.tally(SECOND * 19 / 2)).isEqualTo(new Tally(1, 1, true));
    measure.record(200, 0, SECOND * 19 / 2);
    assertThat(measure.tally(SECOND * 19 / 2)).isEqualTo(new Tally(2, 1, false));
    assertThat(measure.tally(SECOND * 10)).isEqualTo(new Tally(1, 0, false));
    assertThat(measure.tally(SECOND * 1000)).isEqualTo(new Tally(0, 0, false));
  }

  @Test
  void countsAnAnswerThatIsToldLateWithLaterOnes() throws ExpressionException {
    Measure measure = measure("NetworkErrorRatio() > 0.5");
    measure.record(200, 0, 10 * SECOND);
    measure.record(502, 0, 0);
    assertThat(measure.tally(10 * SECOND)).isEqualTo(new Tally(2, 1, false));
  }

  @Test
  void forgetsAllWhenItBeginsAnew() throws ExpressionException {
    Measure measure = measure("NetworkErrorRatio() > 0.5 || LatencyAtQuantileMS(50.0) > 1");
    measure.record(502, SECOND, 0);
    measure.clear();
    assertThat(measure.tally(0)).isEqualTo(Tally.NOTHING);
  }

  @Test
  void statusesThatNoServerShouldSendCountAsTheNearest() throws ExpressionException {
    Measure measure = measure("ResponseCodeRatio(100, 101, 0, 2000) > 0.4");
    measure.record(7, 0, 0);
    measure.record(4000, 0, 0);
    assertThat(measure.tally(0)).isEqualTo(new Tally(2, 1, true));
  }

  @Test
  void losesNoAnswerThatIsToldBySeveralThreads() throws Exception {
    Measure measure = measure("ResponseCodeRatio(500, 600, 0, 600) > 0.4");
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int thread = 0; thread < 4; thread++) {
        threads.submit(
            () -> {
              for (int i = 0; i < 50_000; i++) {
                measure.record(i % 2 == 0 ? 200 : 500, 0, i * 20_000L);
              }
            });
      }
    }
    assertThat(measure.tally(SECOND)).isEqualTo(new Tally(200_000, 100_000, true));
  }

  @Test
  void latenciesAreRightToAPercent() {
    var random = new Random(7);
    var latencies = new Latencies();
    var all = new ArrayList<Long>();
    for (int i = 0; i < 2000; i++) {
      long micros = (long) Math.pow(10, random.nextDouble() * 9);
      all.add(micros);
      latencies.record(micros * MICRO, 0);
    }
    long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
    for (int percent = 1; percent <= 100; percent++) {
      long exact = sorted[sorted.length * percent / 100 - 1] / 1000;
      assertThat(latencies.millisAt(percent, 0)).isBetween(exact, exact + exact / 100 + 1);
    }
  }

  @Test
  void latenciesAreThoseOfTheLastMinute() {
    var latencies = new Latencies();
    latencies.record(SECOND, 0);
    assertThat(latencies.millisAt(50, 59 * SECOND)).isGreaterThanOrEqualTo(1000);
    assertThat(latencies.millisAt(50, 60 * SECOND)).isZero();
  }

  @Test
  void aLatencyOfMoreThanAnHourIsNotCounted() {
    var latencies = new Latencies();
    latencies.record(3601 * SECOND, 0);
    assertThat(latencies.millisAt(50, 0)).isZero();
    latencies.record(3600 * SECOND, 0);
    assertThat(latencies.millisAt(50, 0)).isBetween(3_600_000L, 3_620_000L);
  }

  @Test
  void eachQuantityIsMeasuredByItself() throws ExpressionException {
    Measure measure =
        measure(
            "ResponseCodeRatio(500, 501, 0, 600) > 0.9 || ResponseCodeRatio(404, 405, 0, 600) >"
                + " 0.5");
    for (int status : Arrays.asList(404, 404, 500)) {
      measure.record(status, 0, 0);
    }
    assertThat(measure.tally(0)).isEqualTo(new Tally(3, 3, true));
  }
}
