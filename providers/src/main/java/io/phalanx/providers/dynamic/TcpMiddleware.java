package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.Default;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides whether a connection goes on: exactly one of the kinds. */
public record TcpMiddleware(
    Optional<IpAllowList> ipAllowList,
    Optional<IpAllowList> ipWhiteList,
    Optional<InFlightConn> inFlightConn) {
  public TcpMiddleware {
    long kinds =
        Stream.of(ipAllowList, ipWhiteList, inFlightConn).filter(Optional::isPresent).count();
    if (kinds != 1) {
      throw new IllegalArgumentException(
          "needs exactly one of ipAllowList, ipWhiteList and inFlightConn, not " + kinds);
    }
  }

  /** Addresses and networks from which connections are taken. */
  public record IpAllowList(List<String> sourceRange) {}

  /**
   * So many connections of each client address at one time: Traefik's, and ours for fleets, as for
   * {@link LimitOptions.InFlightReq}.
   *
   * @param budget name of what several middlewares count together; absent: the middleware's own
   */
  public record InFlightConn(
      long amount,
      @Default("fleet") LimitOptions.Scope scope,
      @Default("fair-share") LimitOptions.OnSplit onSplit,
      Optional<String> budget) {
    public InFlightConn {
      if (amount < 1) {
        throw new IllegalArgumentException("amount must be above 0: " + amount);
      }
    }
  }
}
