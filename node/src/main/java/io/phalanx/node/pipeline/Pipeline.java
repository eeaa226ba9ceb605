package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.tcp.Front;
import io.phalanx.node.tcp.TcpRouting;
import io.phalanx.node.tls.TlsTable;
import java.util.Optional;

/**
 * What happens to every request of one entry point: one read of the active table, the router, its
 * middlewares in their order, its service. A request keeps the router it found, whatever is
 * activated while it is on its way.
 */
public final class Pipeline implements ExchangeHandler, Front {
  /** What a request gets that no router matches (Traefik's text and headers). */
  static final Answer NOT_FOUND = Answer.error(404, "404 page not found");

  /** For a host whose TLS options the connection was not made with (Traefik's text). */
  static final Answer MISDIRECTED = Answer.error(421, "Misdirected Request");

  private final boolean logged;
  private final boolean measured;
  private volatile Routing routing;

  /**
   * @param logged whether the access log is to have requests that no router matches
   * @param measured whether the metrics are to count them
   * @param first what holds until something is activated
   */
  public Pipeline(boolean logged, boolean measured, Routing first) {
    this.logged = logged;
    this.measured = measured;
    this.routing = first;
  }

  /** From now on new requests are routed, and new handshakes answered, by this. */
  public void activate(Routing newRouting) {
    routing = newRouting;
  }

  @Override
  public TlsTable tls() {
    return routing.tls();
  }

  @Override
  public TcpRouting tcp() {
    return routing.tcp();
  }

  @Override
  public void handle(Exchange exchange) {
    Routing now = routing;
    RequestHead request = exchange.request();
    if (isMisdirected(now.tls(), request)) {
      unrouted(exchange, MISDIRECTED);
      return;
    }
    Optional<Route> route = (request.secure() ? now.secure() : now.plain()).match(request);
    if (route.isEmpty()) {
      unrouted(exchange, NOT_FOUND);
      return;
    }
    Route found = route.get();
    exchange
        .trail()
        .routedBy(
            found.router(), found.service(), found.internal(), found.logged(), found.measured());
    found.way().answer(exchange);
  }

  private static boolean isMisdirected(TlsTable tls, RequestHead request) {
    return request
        .tls()
        .filter(client -> tls.isMisdirected(client.serverName(), request.routingHost()))
        .isPresent();
  }

  private void unrouted(Exchange exchange, Answer answer) {
    exchange.trail().routedBy("", "", false, logged, measured);
    exchange.respond(answer);
  }
}
