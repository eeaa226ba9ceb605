package io.phalanx.cluster.quota;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

/**
 * The time over which a quota counts, divided into parts: a window that turns has one part, one
 * that slides has sixty. Times are milliseconds since the epoch.
 */
public sealed interface Window {
  Duration LONGEST = Duration.ofDays(31);
  Duration SHORTEST = Duration.ofSeconds(1);

  /** The shortest one that slides: what is drawn may be used a little later. */
  Duration SHORTEST_SLIDING = Duration.ofMinutes(1);

  /** What a token that is drawn then counts in. Later parts have higher numbers. */
  long part(long at);

  /** From when on nothing that counts in a part is within the window any more. */
  long leaves(long part);

  /** From when on what is drawn counts in a later part than this one. */
  default long ends(long part) {
    return leaves(part);
  }

  /** Before which nothing was drawn that counts then. */
  default long begins(long at) {
    return part(at);
  }

  /** One after the other since the epoch, in UTC. */
  record Fixed(Duration period) implements Window {
    public Fixed {
      requireBetween(SHORTEST, period);
    }

    @Override
    public long part(long at) {
      return Math.floorDiv(at, period.toMillis()) * period.toMillis();
    }

    @Override
    public long leaves(long part) {
      return part + period.toMillis();
    }
  }

  /** Those of the calendar. Weeks begin on Monday. */
  enum Unit {
    HOUR,
    DAY,
    WEEK,
    MONTH
  }

  /** One after the other by the calendar of a time zone. */
  record Calendar(Unit unit, ZoneId zone) implements Window {
    private static final long HOUR = Duration.ofHours(1).toMillis();

    @Override
    public long part(long at) {
      Instant time = Instant.ofEpochMilli(at);
      LocalDate day = LocalDate.ofInstant(time, zone);
      return switch (unit) {
        case HOUR -> {
          long offset = zone.getRules().getOffset(time).getTotalSeconds() * 1000L;
          yield Math.floorDiv(at + offset, HOUR) * HOUR - offset;
        }
        case DAY -> start(day);
        case WEEK -> start(day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
        case MONTH -> start(day.withDayOfMonth(1));
      };
    }

    @Override
    public long leaves(long part) {
      LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(part), zone);
      return switch (unit) {
        case HOUR -> part + HOUR;
        case DAY -> start(day.plusDays(1));
        case WEEK -> start(day.plusWeeks(1));
        case MONTH -> start(day.plusMonths(1));
      };
    }

    private long start(LocalDate day) {
      return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }
  }

  /**
   * Any time of that length. A token counts from when it may be used for the last time, and a part
   * leaves when all of it is outside: never too early, and at most a sixtieth and two seconds late.
   */
  record Sliding(Duration period) implements Window {
    private static final int PARTS = 60;

    public Sliding {
      requireBetween(SHORTEST_SLIDING, period);
    }

    private long length() {
      return Math.ceilDiv(period.toMillis(), PARTS);
    }

    @Override
    public long part(long at) {
      return Math.floorDiv(at + Quota.TERM.toMillis(), length());
    }

    @Override
    public long leaves(long part) {
      return (part + 1) * length() + period.toMillis();
    }

    @Override
    public long ends(long part) {
      return (part + 1) * length() - Quota.TERM.toMillis();
    }

    @Override
    public long begins(long at) {
      return at - period.toMillis() - length() - Quota.TERM.toMillis();
    }
  }

  private static void requireBetween(Duration shortest, Duration period) {
    if (period.compareTo(shortest) < 0 || period.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "such a window is from %s to %s, not %s".formatted(shortest, LONGEST, period));
    }
  }
}
