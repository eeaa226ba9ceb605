package io.phalanx.cluster.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.quota.Window.Calendar;
import io.phalanx.cluster.quota.Window.Fixed;
import io.phalanx.cluster.quota.Window.Sliding;
import io.phalanx.cluster.quota.Window.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class WindowTest {
  @ParameterizedTest
  @CsvSource({
    "HOUR,  UTC,              2026-03-29T10:59:59Z, 2026-03-29T10:00:00Z, 2026-03-29T11:00:00Z",
    "HOUR,  Asia/Kolkata,     2026-03-29T10:59:59Z, 2026-03-29T10:30:00Z, 2026-03-29T11:30:00Z",
    "DAY,   UTC,              2026-03-29T10:00:00Z, 2026-03-29T00:00:00Z, 2026-03-30T00:00:00Z",
    "DAY,   Europe/Berlin,    2026-03-29T10:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
    "DAY,   Europe/Berlin,    2026-10-25T10:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
    "WEEK,  UTC,              2026-11-26T21:00:00Z, 2026-11-23T00:00:00Z, 2026-11-30T00:00:00Z",
    "WEEK,  UTC,              2026-11-23T00:00:00Z, 2026-11-23T00:00:00Z, 2026-11-30T00:00:00Z",
    "MONTH, UTC,              2028-02-29T23:59:59Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
    "MONTH, America/New_York, 2026-11-01T03:00:00Z, 2026-10-01T04:00:00Z, 2026-11-01T04:00:00Z",
  })
  void turnsWithTheCalendarOfItsZone(
      Unit unit, String zone, Instant at, Instant start, Instant end) {
    var window = new Calendar(unit, ZoneId.of(zone));

    long part = window.part(at.toEpochMilli());
    assertThat(Instant.ofEpochMilli(part)).isEqualTo(start);
    assertThat(Instant.ofEpochMilli(window.leaves(part))).isEqualTo(end);
  }

  static Stream<Window> windows() {
    return Stream.of(
        new Fixed(Duration.ofMinutes(7)),
        new Fixed(Duration.ofDays(31)),
        new Calendar(Unit.HOUR, ZoneId.of("Australia/Lord_Howe")),
        new Calendar(Unit.DAY, ZoneId.of("Africa/Cairo")),
        new Calendar(Unit.WEEK, ZoneId.of("America/Santiago")),
        new Calendar(Unit.MONTH, ZoneId.of("Europe/Berlin")),
        new Sliding(Duration.ofMinutes(1)),
        new Sliding(Duration.ofDays(31)));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void knowsWhenAPartEndsAndWhatIsTooOldToCount(Window window) {
    var random = new Random(5);
    long start = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    for (int i = 0; i < 20_000; i++) {
      long at = start + random.nextLong(Duration.ofDays(400).toMillis());
      long end = window.ends(window.part(at));
      assertThat(end).isGreaterThan(at);
      assertThat(window.part(end - 1)).isEqualTo(window.part(at));
      assertThat(window.part(end)).isGreaterThan(window.part(at));
      assertThat(window.leaves(window.part(window.begins(at) - 1))).isLessThanOrEqualTo(at);
    }
  }

  @ParameterizedTest
  @MethodSource("windows")
  void aPartNeverLeavesBeforeWhatCountsInIt(Window window) {
    var random = new Random(7);
    long start = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    for (int i = 0; i < 20_000; i++) {
      long at = start + random.nextLong(Duration.ofDays(400).toMillis());
      assertThat(window.leaves(window.part(at))).isGreaterThan(at);
    }
  }

  @Test
  void aSlidingWindowKeepsWhatMayBeUsedYetForAllOfItsLength() {
    for (Duration period : new Duration[] {Duration.ofMinutes(1), Duration.ofHours(1)}) {
      var window = new Sliding(period);
      long late = period.dividedBy(60).plusSeconds(2).toMillis() + 60;
      for (long at = 0; at < period.toMillis(); at += 17) {
        assertThat(window.leaves(window.part(at)))
            .isGreaterThanOrEqualTo(at + Quota.TERM.toMillis() + period.toMillis())
            .isLessThanOrEqualTo(at + period.toMillis() + late);
      }
    }
  }

  @Test
  void hasBounds() {
    assertThatThrownBy(() -> new Fixed(Duration.ofMillis(999))).hasMessageContaining("PT0.999S");
    assertThatThrownBy(() -> new Fixed(Duration.ofDays(32))).hasMessageContaining("PT768H");
    assertThatThrownBy(() -> new Sliding(Duration.ofSeconds(59))).hasMessageContaining("PT59S");
  }
}
