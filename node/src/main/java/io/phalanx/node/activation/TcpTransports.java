package io.phalanx.node.activation;

import io.phalanx.node.tcp.TcpForwarder;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.TcpServersTransport;
import io.phalanx.providers.dynamic.TcpService.LoadBalancer;
import io.phalanx.providers.tree.DidYouMean;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Builds the ways to servers that TCP services ask for. */
final class TcpTransports {
  private final TcpParts parts;
  private final Scope scope;
  private final Map<String, TcpServersTransport> configured = new HashMap<>();

  TcpTransports(TcpParts parts, SortedMap<String, DynamicConfig> snapshots, Scope scope) {
    this.parts = parts;
    this.scope = scope;
    snapshots.forEach(
        (provider, config) ->
            config
                .tcp()
                .serversTransports()
                .forEach(
                    (name, options) -> configured.put(Names.defined(name, provider), options)));
  }

  /**
   * The one that a service names, with what the service says itself where that says nothing.
   *
   * @throws IllegalArgumentException if there is none of that name, or it cannot be used
   */
  TcpForwarder.Transport transport(String provider, LoadBalancer balancer) {
    Optional<String> name =
        balancer
            .serversTransport()
            .filter(given -> !given.isEmpty())
            .map(given -> Names.qualify(given, provider))
            // The one of the static configuration; and one of another provider is only known where
            // all are.
            .filter(given -> !given.equals(Transports.DEFAULT) && scope.covers(given));
    TcpServersTransport options = name.map(this::configured).orElse(parts.standard());
    try {
      return parts.transports().build(completed(options, balancer));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          name.map(given -> "serversTransport \"" + given + "\": ").orElse("") + e.getMessage(), e);
    }
  }

  private TcpServersTransport configured(String name) {
    TcpServersTransport options = configured.get(name);
    if (options == null) {
      throw new IllegalArgumentException(
          "there is no TCP serversTransport \""
              + name
              + '"'
              + DidYouMean.among(name, configured.keySet()));
    }
    return options;
  }

  private static TcpServersTransport completed(TcpServersTransport options, LoadBalancer balancer) {
    return new TcpServersTransport(
        options.dialKeepAlive(),
        options.dialTimeout(),
        options.proxyProtocol().or(balancer::proxyProtocol),
        balancer.terminationDelay().map(Duration::ofMillis).orElse(options.terminationDelay()),
        options.tls());
  }
}
