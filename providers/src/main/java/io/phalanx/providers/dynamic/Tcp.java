package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.Section;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The TCP objects of one provider by their names, without {@code @provider}. */
@Section
public record Tcp(
    Map<String, TcpRouter> routers,
    Map<String, TcpService> services,
    Map<String, TcpMiddleware> middlewares,
    Map<String, TcpServersTransport> serversTransports) {
  public static final Tcp EMPTY = new Tcp(Map.of(), Map.of(), Map.of(), Map.of());

  public Tcp {
    routers = Collections.unmodifiableMap(new LinkedHashMap<>(routers));
    services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    middlewares = Collections.unmodifiableMap(new LinkedHashMap<>(middlewares));
    serversTransports = Collections.unmodifiableMap(new LinkedHashMap<>(serversTransports));
  }
}
