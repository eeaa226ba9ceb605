package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class WrkTest {
  private static final String CLEAN =
      """
      Running 3s test @ http://127.0.0.1:9101/
        1 threads and 64 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency     2.51ms    1.02ms  99.31ms   87.50%
          Req/Sec    25.67k     1.53k   28.01k    70.00%
        Latency Distribution
           50%    2.32ms
           75%    2.71ms
           90%    3.40ms
           99%    1.25s
        76718 requests in 3.00s, 96.20MB read
      Requests/sec:  25568.12
      Transfer/sec:     32.06MB
      """;

  @Test
  void readsRequestsRateAndLatencies() {
    assertThat(Wrk.parse(CLEAN)).isEqualTo(new LoadReport(76_718, 25_568.12, 2_320, 1_250_000, 0));
  }

  @Test
  void readsLatenciesInMicroseconds() {
    assertThat(Wrk.parse(CLEAN.replace("2.32ms", "870.00us")).p50Micros()).isEqualTo(870);
  }

  @Test
  void countsRefusalsAndBrokenConnectionsAsErrors() {
    String output =
        CLEAN.replace(
            "Requests/sec:",
            """
              Socket errors: connect 1, read 20, write 300, timeout 4000
              Non-2xx or 3xx responses: 50000
            Requests/sec:\
            """);

    assertThat(Wrk.parse(output).errors()).isEqualTo(54_321);
  }

  @Test
  void refusesTheOutputOfARunThatBrokeOff() {
    assertThatThrownBy(() -> Wrk.parse("unable to connect to 127.0.0.1:9101"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unable to connect");
  }
}
