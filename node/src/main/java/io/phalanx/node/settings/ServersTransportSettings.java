package io.phalanx.node.settings;

import io.phalanx.providers.dynamic.ServersTransport;
import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How servers are spoken to, unless a service names a transport of its own.
 *
 * @param maxIdleConnsPerHost none if it is below zero, as in Traefik
 */
public record ServersTransportSettings(
    boolean insecureSkipVerify,
    List<String> rootCAs,
    @Default("200") int maxIdleConnsPerHost,
    ForwardingTimeouts forwardingTimeouts,
    @AllowEmpty Optional<ServersTransport.Spiffe> spiffe) {
  public record ForwardingTimeouts(
      @Default("30s") Duration dialTimeout,
      @Default("0s") Duration responseHeaderTimeout,
      @Default("90s") Duration idleConnTimeout,
      @Default("1h") Duration maxConnAge) {
    public ForwardingTimeouts {
      new Each()
          .notNegative("dialTimeout", dialTimeout)
          .notNegative("responseHeaderTimeout", responseHeaderTimeout)
          .notNegative("idleConnTimeout", idleConnTimeout)
          .notNegative("maxConnAge", maxConnAge)
          .require();
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
