package io.phalanx.node.pipeline;

import io.phalanx.node.routing.RouteTable;
import io.phalanx.node.tcp.TcpRouting;
import io.phalanx.node.tls.TlsTable;

/**
 * What one entry point serves: as in Traefik, routers with {@code tls} see only requests that come
 * by TLS, and the others only those that do not.
 *
 * @param tls what handshakes are answered with
 * @param tcp what TCP routers take of the connections
 */
public record Routing(
    RouteTable<Route> plain, RouteTable<Route> secure, TlsTable tls, TcpRouting tcp) {
  /** One without TCP routers. */
  public Routing(RouteTable<Route> plain, RouteTable<Route> secure, TlsTable tls) {
    this(plain, secure, tls, TcpRouting.nothing(tls));
  }

  /** No router at all. */
  public static Routing nothing(TlsTable tls) {
    return new Routing(
        RouteTable.<Route>builder().build(), RouteTable.<Route>builder().build(), tls);
  }
}
