package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.GoDuration;
import io.phalanx.providers.tree.Secret;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Options of the middlewares that bound how much passes. */
public final class LimitOptions {
  private LimitOptions() {}

  /**
   * Options of {@code rateLimit}: Traefik's, and ours for fleets.
   *
   * @param average tokens a {@code period}; 0 for no limit
   * @param redis accepted so that a Traefik user's file works; the fleet shares the limit without
   *     it
   * @param scope whether the limit is the whole fleet's or each node's
   * @param onSplit what counts while the fleet's budget does not answer
   * @param budget name of a budget that several middlewares share; absent: the middleware's own
   * @param headers whether answers tell how many tokens are left
   */
  public record RateLimit(
      long average,
      @Default("1s") Duration period,
      @Default("1") long burst,
      Optional<SourceCriterion> sourceCriterion,
      @AllowEmpty Optional<Redis> redis,
      @Default("fleet") Scope scope,
      @Default("fair-share") OnSplit onSplit,
      Optional<String> budget,
      boolean headers) {
    public RateLimit {
      if (average < 0) {
        throw new IllegalArgumentException("average must not be negative: " + average);
      }
      if (period.isNegative()) {
        throw new IllegalArgumentException("period must not be negative");
      }
      period = period.isZero() ? Duration.ofSeconds(1) : period;
      burst = Math.max(1, burst);
    }
  }

  public enum Scope {
    FLEET,
    NODE
  }

  public enum OnSplit {
    FAIR_SHARE,
    LOCAL,
    DENY,
    ALLOW
  }

  /**
   * Options of {@code inFlightReq}: Traefik's, and ours for fleets, as for {@link RateLimit}.
   *
   * @param budget name of what several middlewares count together; absent: the middleware's own
   */
  public record InFlightReq(
      long amount,
      Optional<SourceCriterion> sourceCriterion,
      @Default("fleet") Scope scope,
      @Default("fair-share") OnSplit onSplit,
      Optional<String> budget) {
    public InFlightReq {
      if (amount < 1) {
        throw new IllegalArgumentException("amount must be above 0: " + amount);
      }
    }
  }

  /**
   * Options of {@code quota}, which is ours: for fleets as for {@link RateLimit}.
   *
   * @param amount how many may pass within a window
   * @param period how long that is: a duration, or {@code hour}, {@code day}, {@code week} or
   *     {@code month} of the calendar
   * @param timezone of the calendar; UTC if it is not given
   * @param headers whether answers tell how many are left
   */
  public record Quota(
      long amount,
      @Default("") String period,
      @Default("fixed") Kind kind,
      Optional<String> timezone,
      Optional<SourceCriterion> sourceCriterion,
      @Default("fleet") Scope scope,
      @Default("fair-share") OnSplit onSplit,
      Optional<String> budget,
      @Default("true") boolean headers) {
    private static final Set<String> CALENDAR = Set.of("hour", "day", "week", "month");

    public Quota {
      if (amount < 1) {
        throw new IllegalArgumentException("amount must be above 0: " + amount);
      }
      if (period.isEmpty()) {
        throw new IllegalArgumentException(
            "period is needed: a duration such as 24h, or hour, day, week or month");
      }
      boolean byCalendar = CALENDAR.contains(period);
      if (!byCalendar) {
        duration(period);
      }
      if (kind == Kind.SLIDING && period.equals("month")) {
        throw new IllegalArgumentException(
            "months differ; a sliding quota takes a duration, 744h at most");
      }
      if (timezone.isPresent() && (!byCalendar || kind == Kind.SLIDING)) {
        throw new IllegalArgumentException(
            "timezone is for a fixed quota whose period is hour, day, week or month");
      }
      timezone.ifPresent(Quota::zone);
    }

    /** Of the calendar, and not of a length. */
    public boolean isByCalendar() {
      return kind == Kind.FIXED && CALENDAR.contains(period);
    }

    /** Of what has a length. */
    public Duration duration() {
      return switch (period) {
        case "hour" -> Duration.ofHours(1);
        case "day" -> Duration.ofDays(1);
        case "week" -> Duration.ofDays(7);
        default -> duration(period);
      };
    }

    public ZoneId zone() {
      return timezone.map(Quota::zone).orElse(ZoneOffset.UTC);
    }

    private static Duration duration(String period) {
      try {
        return GoDuration.parse(period);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "period \""
                + period
                + "\" is neither a duration such as 24h nor hour, day, week or month",
            e);
      }
    }

    private static ZoneId zone(String name) {
      try {
        return ZoneId.of(name);
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(
            "timezone \"" + name + "\" is not known; one is such as Europe/Berlin", e);
      }
    }
  }

  /** How windows follow one another. */
  public enum Kind {
    FIXED,
    SLIDING
  }

  /** What requests are told apart by: at most one of the three. */
  public record SourceCriterion(
      @AllowEmpty Optional<IpStrategy> ipStrategy,
      Optional<String> requestHeaderName,
      boolean requestHost) {
    public SourceCriterion {
      int given =
          (ipStrategy.isPresent() ? 1 : 0)
              + (requestHeaderName.isPresent() ? 1 : 0)
              + (requestHost ? 1 : 0);
      if (given > 1) {
        throw new IllegalArgumentException(
            "takes one of ipStrategy, requestHeaderName and requestHost, not " + given);
      }
    }
  }

  /**
   * Which address of {@code X-Forwarded-For} is the client's; none of the three: that of the
   * connection.
   */
  public record IpStrategy(int depth, List<String> excludedIPs, Optional<Integer> ipv6Subnet) {
    public IpStrategy {
      ipv6Subnet.ifPresent(
          bits -> {
            if (bits < 1 || bits > 128) {
              throw new IllegalArgumentException("ipv6Subnet is from 1 to 128, not " + bits);
            }
          });
    }
  }

  /**
   * Options that are read and used by nobody.
   *
   * @param endpoints may hold a user's name and password
   */
  public record Redis(
      @Default("localhost:6379") List<Secret> endpoints,
      Optional<AccessOptions.ClientTls> tls,
      Optional<String> username,
      Optional<Secret> password,
      int db,
      int poolSize,
      int minIdleConns,
      int maxActiveConns,
      @Default("3s") Duration readTimeout,
      @Default("3s") Duration writeTimeout,
      @Default("5s") Duration dialTimeout) {}
}
