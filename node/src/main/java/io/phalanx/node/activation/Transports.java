package io.phalanx.node.activation;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.ServersTransport;
import io.phalanx.providers.tree.DidYouMean;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/** Builds the transports that services name, each once. */
final class Transports {
  /** The one of the static configuration, for services that name none. */
  static final String DEFAULT = "default@internal";

  private final TransportBuilder builder;
  private final Map<String, ServersTransport> configured = new HashMap<>();
  private final Map<String, Forwarder.Transport> built = new HashMap<>();

  Transports(
      TransportBuilder builder,
      Forwarder.Transport standard,
      SortedMap<String, DynamicConfig> snapshots) {
    this.builder = builder;
    built.put(DEFAULT, standard);
    snapshots.forEach(
        (provider, config) ->
            config
                .http()
                .serversTransports()
                .forEach(
                    (name, options) -> configured.put(Names.defined(name, provider), options)));
  }

  /**
   * @param name qualified
   * @throws IllegalArgumentException if there is none of that name, or it cannot be used
   */
  Forwarder.Transport transport(String name) {
    Forwarder.Transport known = built.get(name);
    if (known != null) {
      return known;
    }
    ServersTransport options = configured.get(name);
    if (options == null) {
      throw new IllegalArgumentException(
          "there is no serversTransport \""
              + name
              + '"'
              + DidYouMean.among(name, configured.keySet()));
    }
    try {
      Forwarder.Transport made = builder.build(options);
      built.put(name, made);
      return made;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("serversTransport \"" + name + "\": " + e.getMessage(), e);
    }
  }
}
