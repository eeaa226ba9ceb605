package io.phalanx.node.pipeline;

import io.phalanx.node.routing.RouteTable;
import io.phalanx.node.tls.TlsTable;

/**
 * What one entry point serves: as in Traefik, routers with {@code tls} see only requests that come
 * by TLS, and the others only those that do not.
 *
 * @param tls what handshakes are answered with
 */
public record Routing(RouteTable<Route> plain, RouteTable<Route> secure, TlsTable tls) {
  /** No router at all. */
  public static Routing nothing(TlsTable tls) {
    return new Routing(
        RouteTable.<Route>builder().build(), RouteTable.<Route>builder().build(), tls);
  }
}
