package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class H2loadTest {
  private static final String CLEAN =
      """
      progress: 100% of clients started
      Warm-up phase is over for thread #0.
      Application protocol: h2
      Main benchmark duration is over for thread #0. Stopping all clients.

      finished in 3.01s, 21792.00 req/s, 788.17KB/s
      requests: 65376 total, 65888 started, 65376 done, 65376 succeeded, 0 failed, 0 errored, 0 timeout
      status codes: 65380 2xx, 0 3xx, 0 4xx, 0 5xx
      traffic: 2.31MB (2421164) total, 319.36KB (327030) headers (space savings 95.00%), 319.22KB (326880) data
                           min         max         mean         sd        +/- sd
      time for request:      134us     11.52ms      4.06ms      1.40ms    75.21%
      """;

  @Test
  void readsRequestsAndRate() {
    LoadReport report = H2load.parse(CLEAN, Stream.of());

    assertThat(report.requests()).isEqualTo(65_376);
    assertThat(report.perSecond()).isEqualTo(21_792);
    assertThat(report.errors()).isZero();
  }

  @Test
  void readsLatenciesFromTheLogInWhateverOrder() {
    Stream<String> log =
        LongStream.rangeClosed(1, 200).mapToObj(i -> "1795760738115740\t200\t" + (201 - i));

    LoadReport report = H2load.parse(CLEAN, log);

    assertThat(report.p50Micros()).isEqualTo(100);
    assertThat(report.p99Micros()).isEqualTo(198);
  }

  @Test
  void whatFailedOrWasRefusedIsAnError() {
    String output =
        CLEAN.replace(
            "65376 succeeded, 0 failed, 0 errored", "65000 succeeded, 376 failed, 76 errored");

    LoadReport report = H2load.parse(output, Stream.of());

    assertThat(report.requests()).isEqualTo(65_000);
    assertThat(report.errors()).isEqualTo(376);
  }

  @Test
  void refusesTheOutputOfARunThatBrokeOff() {
    assertThatThrownBy(() -> H2load.parse("[ERROR] Connection refused", Stream.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Connection refused");
  }
}
