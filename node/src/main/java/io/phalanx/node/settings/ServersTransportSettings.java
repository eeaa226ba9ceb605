package io.phalanx.node.settings;

import io.phalanx.providers.dynamic.ServersTransport;
import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How servers are spoken to, unless a service names a transport of its own. */
public record ServersTransportSettings(
    boolean insecureSkipVerify,
    List<String> rootCAs,
    @Default("200") int maxIdleConnsPerHost,
    ForwardingTimeouts forwardingTimeouts,
    @AllowEmpty Optional<ServersTransport.Spiffe> spiffe) {
  public ServersTransportSettings {
    if (maxIdleConnsPerHost < 0) {
      throw new IllegalArgumentException(
          "maxIdleConnsPerHost must not be negative, but is " + maxIdleConnsPerHost);
    }
  }

  public record ForwardingTimeouts(
      @Default("30s") Duration dialTimeout,
      @Default("0s") Duration responseHeaderTimeout,
      @Default("90s") Duration idleConnTimeout,
      @Default("1h") Duration maxConnAge) {
    public ForwardingTimeouts {
      if (dialTimeout.isNegative()
          || responseHeaderTimeout.isNegative()
          || idleConnTimeout.isNegative()
          || maxConnAge.isNegative()) {
        throw new IllegalArgumentException("a time-out is negative");
      }
    }
  }

  /** The same in the words of a dynamic configuration, which has more of them. */
  public ServersTransport transport() {
    return new ServersTransport(
        Optional.empty(),
        insecureSkipVerify,
        rootCAs,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        maxIdleConnsPerHost,
        Optional.of(
            new ServersTransport.ForwardingTimeouts(
                forwardingTimeouts.dialTimeout(),
                forwardingTimeouts.responseHeaderTimeout(),
                forwardingTimeouts.idleConnTimeout(),
                Duration.ZERO,
                Duration.ofSeconds(15),
                forwardingTimeouts.maxConnAge())),
        false,
        Optional.empty(),
        List.of(),
        spiffe,
        Optional.empty());
  }
}
