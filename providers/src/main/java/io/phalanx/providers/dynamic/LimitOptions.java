package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
   */
  public record RateLimit(
      long average,
      @Default("1s") Duration period,
      @Default("1") long burst,
      Optional<SourceCriterion> sourceCriterion,
      @AllowEmpty Optional<Redis> redis,
      @Default("fleet") Scope scope,
      @Default("fair-share") OnSplit onSplit,
      Optional<String> budget) {
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

  public record Redis(
      @Default("localhost:6379") List<String> endpoints,
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
