package io.phalanx.node.settings;

import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.NotServed;
import java.time.Duration;

/** How servers are spoken to, unless a service says otherwise. What is about TLS comes with TLS. */
@NotServed({"insecureSkipVerify", "rootCAs", "spiffe"})
public record ServersTransportSettings(
    @Default("200") int maxIdleConnsPerHost, ForwardingTimeouts forwardingTimeouts) {
  public ServersTransportSettings {
    if (maxIdleConnsPerHost < 0) {
      throw new IllegalArgumentException(
          "maxIdleConnsPerHost must not be negative, but is " + maxIdleConnsPerHost);
    }
  }

  public record ForwardingTimeouts(
      @Default("30s") Duration dialTimeout,
      @Default("0s") Duration responseHeaderTimeout,
      @Default("90s") Duration idleConnTimeout) {
    public ForwardingTimeouts {
      if (dialTimeout.isNegative()
          || responseHeaderTimeout.isNegative()
          || idleConnTimeout.isNegative()) {
        throw new IllegalArgumentException("a time-out is negative");
      }
    }
  }
}
