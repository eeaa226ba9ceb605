package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.Section;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The HTTP objects of one provider by their names, without {@code @provider}. */
@Section
public record Http(
    Map<String, Router> routers,
    Map<String, Service> services,
    Map<String, Middleware> middlewares,
    Map<String, ServersTransport> serversTransports) {
  public static final Http EMPTY = new Http(Map.of(), Map.of(), Map.of(), Map.of());

  public Http {
    routers = Collections.unmodifiableMap(new LinkedHashMap<>(routers));
    services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    middlewares = Collections.unmodifiableMap(new LinkedHashMap<>(middlewares));
    serversTransports = Collections.unmodifiableMap(new LinkedHashMap<>(serversTransports));
  }
}
