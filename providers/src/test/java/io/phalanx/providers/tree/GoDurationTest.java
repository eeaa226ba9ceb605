package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "0,PT0S",
    "90,PT1M30S",
    "+5,PT5S",
    "-3,PT-3S",
    "300ms,PT0.3S",
    "1m30s,PT1M30S",
    "1.5h,PT1H30M",
    ".5s,PT0.5S",
    "2.s,PT2S",
    "1h2m3s4ms5us6ns,PT1H2M3.004005006S",
    "7µs,PT0.000007S",
    "7μs,PT0.000007S",
    "-1m,PT-1M",
    "0.0000000019s,PT0.000000001S"
  })
  void readsGoSyntaxAndSeconds(String text, Duration expected) {
    assertThat(GoDuration.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "s",
        "soon",
        "1 s",
        "1h30",
        "1d",
        "1.5",
        "--1s",
        "1e3s",
        "PT1S",
        ".s",
        "99999999999999999999",
        "9223372037",
        "300000000h",
        "1s,"
      })
  void refusesAllElse(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GoDuration.parse(text))
        .withMessageContaining("is not a duration");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S,0s",
    "PT1H,1h0m0s",
    "PT1M30S,1m30s",
    "PT1.5S,1.5s",
    "PT0.25S,250ms",
    "PT0.0000015S,1.5µs",
    "PT0.000000007S,7ns",
    "PT-1M,-1m0s",
    "PT0.1005S,100.5ms",
    "PT48H,48h0m0s"
  })
  void printsAsGoDoes(Duration duration, String expected) {
    assertThat(GoDuration.format(duration)).isEqualTo(expected);
  }

  @Test
  void readsWhatItPrints() {
    var random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      Duration duration = Duration.ofNanos(random.nextLong() >> random.nextInt(63));
      assertThat(GoDuration.parse(GoDuration.format(duration))).isEqualTo(duration);
    }
  }
}
