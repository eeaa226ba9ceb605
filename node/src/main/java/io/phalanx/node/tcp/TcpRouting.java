package io.phalanx.node.tcp;

import io.phalanx.node.rule.Opening;
import io.phalanx.node.tls.TlsTable;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Which connections of one entry point its TCP routers take, beside its HTTP routers: Traefik's
 * order. Immutable.
 */
public final class TcpRouting {
  private final TcpTable plain;
  private final TcpTable secure;
  private final TlsTable tls;

  /**
   * @param plain routers without {@code tls}
   * @param secure those with it
   * @param tls what handshakes are answered with, and which hosts HTTPS routers have
   */
  public TcpRouting(TcpTable plain, TcpTable secure, TlsTable tls) {
    this.plain = plain;
    this.secure = secure;
    this.tls = tls;
  }

  /** No TCP router at all. */
  public static TcpRouting nothing(TlsTable tls) {
    return new TcpRouting(TcpTable.builder().build(), TcpTable.builder().build(), tls);
  }

  /** What handshakes are answered with. */
  public TlsTable tls() {
    return tls;
  }

  /**
   * Who takes a connection before anything of it is read, so that servers may speak first: a plain
   * router, where no router at all waits for TLS.
   */
  public Optional<TcpRoute> unseen(InetAddress client) {
    return !takesUnseen() ? Optional.empty() : plain(client);
  }

  /** Whether {@link #unseen} may find anybody. */
  public boolean takesUnseen() {
    return !plain.isEmpty() && secure.isEmpty() && !tls.hasRouters();
  }

  /** Who takes a connection that has no TLS; empty: HTTP. */
  public Optional<TcpRoute> plain(InetAddress client) {
    return plain.isEmpty()
        ? Optional.empty()
        : plain.match(Opening.plain(client)).map(TcpTable.Match::route);
  }

  /**
   * Who takes a connection with TLS; empty: HTTPS. The host of an HTTPS router comes before TCP
   * routers, an HTTPS router without a host only before {@code HostSNI(`*`)}.
   */
  public Optional<TcpRoute> secure(Opening opening) {
    if (secure.isEmpty() || tls.isHostOfRouter(opening.serverName())) {
      return Optional.empty();
    }
    return secure
        .match(opening)
        .filter(match -> !match.catchAll() || !tls.hasRouterOfAnyHost())
        .map(TcpTable.Match::route);
  }

  /** Whether PostgreSQL clients may ask for TLS by their own word: HTTPS is nothing for them. */
  public boolean servesPostgres() {
    return !secure.isEmpty();
  }

  /** Who takes the connection of such a client; empty: nobody. */
  public Optional<TcpRoute> postgres(Opening opening) {
    return secure.match(opening).map(TcpTable.Match::route);
  }
}
