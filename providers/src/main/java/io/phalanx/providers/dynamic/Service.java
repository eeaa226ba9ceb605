package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where requests are answered: exactly one of the five kinds. */
public record Service(
    Optional<LoadBalancer> loadBalancer,
    Optional<Weighted> weighted,
    Optional<HighestRandomWeight> highestRandomWeight,
    Optional<Mirroring> mirroring,
    Optional<Failover> failover,
    List<String> middlewares) {
  public Service {
    long kinds =
        Stream.of(loadBalancer, weighted, highestRandomWeight, mirroring, failover)
            .filter(Optional::isPresent)
            .count();
    if (kinds != 1) {
      throw new IllegalArgumentException(
          "needs exactly one of loadBalancer, weighted, highestRandomWeight, mirroring, failover,"
              + " not "
              + kinds);
    }
  }

  public static Service of(LoadBalancer loadBalancer) {
    return new Service(
        Optional.of(loadBalancer),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /**
   * Servers.
   *
   * @param slowStart ours: how long a server that came back gets less than its weight; 0: it gets
   *     all of it at once
   */
  public record LoadBalancer(
      List<Server> servers,
      @Default("wrr") Strategy strategy,
      @Default("true") boolean passHostHeader,
      Optional<String> serversTransport,
      Optional<ResponseForwarding> responseForwarding,
      @AllowEmpty Optional<Sticky> sticky,
      Optional<HealthCheck> healthCheck,
      @AllowEmpty Optional<PassiveHealthCheck> passiveHealthCheck,
      @Default("0s") Duration slowStart) {
    public LoadBalancer {
      if (slowStart.isNegative()) {
        throw new IllegalArgumentException("slowStart is 0 or longer");
      }
      if (slowStart.isPositive() && healthCheck.isEmpty() && passiveHealthCheck.isEmpty()) {
        throw new IllegalArgumentException(
            "slowStart needs healthCheck or passiveHealthCheck: no server is down without them");
      }
    }
  }

  public enum Strategy {
    WRR,
    P2C,
    HRW,
    LEASTTIME
  }

  /**
   * @param drain ours: the server keeps the sessions that it has and gets no new ones; without
   *     sticky sessions it gets nothing
   */
  public record Server(
      @Default("") String url, @Default("1") int weight, boolean preservePath, boolean drain) {}

  public record ResponseForwarding(@Default("100ms") Duration flushInterval) {}

  /** Traefik's cookie, or, ours, what the fleet learns sessions by. */
  public record Sticky(@AllowEmpty Optional<Cookie> cookie, Optional<SessionSource> source) {
    public Sticky {
      if (cookie.isPresent() && source.isPresent()) {
        throw new IllegalArgumentException("takes one of cookie and source, not both");
      }
    }
  }

  /**
   * What a session is told by: one of the four.
   *
   * @param requestHeaderName servers may give the value in a header of the same name
   * @param cookieName a cookie that servers set
   * @param claim of the bearer token that a request carries
   * @param ipStrategy which address is the client's
   * @param expiry how long a session is remembered that nobody uses
   */
  public record SessionSource(
      Optional<String> requestHeaderName,
      Optional<String> cookieName,
      Optional<String> claim,
      @AllowEmpty Optional<LimitOptions.IpStrategy> ipStrategy,
      @Default("30m") Duration expiry) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(30);

    public SessionSource {
      long given =
          Stream.of(requestHeaderName, cookieName, claim, ipStrategy)
              .filter(Optional::isPresent)
              .count();
      if (given != 1) {
        throw new IllegalArgumentException(
            "takes one of requestHeaderName, cookieName, claim and ipStrategy, not " + given);
      }
      if (expiry.compareTo(SHORTEST) < 0 || expiry.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("expiry is from 1s to 720h");
      }
    }
  }

  /**
   * Options of the cookie that a session is told by.
   *
   * @param name absent or empty: one of the service's own
   * @param maxAge seconds; 0: until the user agent ends, below 0: deleted at once
   * @param sameSite {@code none}, {@code lax} or {@code strict}; to Traefik, and so here, any other
   *     word is as if none were given
   * @param signed ours: only values that this fleet signed count
   */
  public record Cookie(
      Optional<String> name,
      boolean secure,
      boolean httpOnly,
      Optional<String> sameSite,
      int maxAge,
      @Default("/") String path,
      Optional<String> domain,
      boolean signed) {}

  /** A block that only says that statuses of children are told upward. */
  public record StatusPropagation() {}

  public record WeightedService(String name, @Default("1") int weight) {}

  public record Weighted(
      List<WeightedService> services,
      @AllowEmpty Optional<Sticky> sticky,
      @AllowEmpty Optional<StatusPropagation> healthCheck) {}

  public record HighestRandomWeight(
      List<WeightedService> services, @AllowEmpty Optional<StatusPropagation> healthCheck) {}

  public record Mirror(String name, int percent) {
    public Mirror {
      if (percent < 0 || percent > 100) {
        throw new IllegalArgumentException("percent is from 0 to 100, not " + percent);
      }
    }
  }

  public record Mirroring(
      String service,
      List<Mirror> mirrors,
      @Default("true") boolean mirrorBody,
      @Default("-1") long maxBodySize,
      @AllowEmpty Optional<StatusPropagation> healthCheck) {}

  public record Failover(
      String service,
      String fallback,
      Optional<FailoverErrors> errors,
      @AllowEmpty Optional<StatusPropagation> healthCheck) {}

  public record FailoverErrors(List<String> status, @Default("-1") long maxRequestBodyBytes) {}
}
