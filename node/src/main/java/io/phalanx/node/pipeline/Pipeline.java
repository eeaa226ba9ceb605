package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.tls.TlsTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What happens to every request of one entry point: one read of the active table, the router, its
 * middlewares in their order, its service. A request keeps the router it found, whatever is
 * activated while it is on its way.
 */
public final class Pipeline implements ExchangeHandler {
  /** What a request gets that no router matches (Traefik's text and headers). */
  static final Answer NOT_FOUND =
      Answer.text(
          404,
          "404 page not found\n",
          new Answer.Field(HeaderName.of("Content-Type"), "text/plain; charset=utf-8"),
          new Answer.Field(HeaderName.of("X-Content-Type-Options"), "nosniff"));

  /** For a host whose TLS options the connection was not made with (Traefik's text). */
  static final Answer MISDIRECTED =
      Answer.text(
          421,
          "Misdirected Request\n",
          new Answer.Field(HeaderName.of("Content-Type"), "text/plain; charset=utf-8"),
          new Answer.Field(HeaderName.of("X-Content-Type-Options"), "nosniff"));

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

  /** What handshakes are answered with now. */
  public TlsTable tls() {
    return routing.tls();
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
    proceed(exchange, found, 0);
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

  private static void proceed(Exchange exchange, Route route, int first) {
    List<Middleware> middlewares = route.middlewares();
    for (int i = first; i < middlewares.size(); i++) {
      switch (middlewares.get(i).onRequest(exchange.request())) {
        case Verdict.Proceed proceed -> proceed.onResponse().ifPresent(exchange::addResponseStep);
        case Verdict.Respond(Answer answer) -> {
          exchange.respond(answer);
          return;
        }
        case Verdict.Wait wait -> {
          suspend(exchange, route, i, wait);
          return;
        }
      }
    }
    exchange.trail().reachedService();
    route.endpoint().answer(exchange);
  }

  /**
   * Comes back on the exchange's I/O thread when the middleware has decided; until then the request
   * holds no thread. Nobody is asked any more for a client that left meanwhile.
   */
  private static void suspend(Exchange exchange, Route route, int index, Verdict.Wait wait) {
    var abandoned = new AtomicBoolean();
    exchange.suspend();
    exchange.whenAbandoned(() -> abandoned.set(true));
    wait.decision()
        .whenComplete(
            (verdict, failure) ->
                exchange
                    .ioThread()
                    .execute(
                        () -> {
                          if (!abandoned.get()) {
                            resume(exchange, route, index, verdict, failure);
                          }
                        }));
  }

  private static void resume(
      Exchange exchange, Route route, int index, Verdict verdict, Throwable failure) {
    if (failure != null) {
      exchange.fail(
          new Failure.NodeFault("a middleware of " + route.router() + " failed", failure));
      return;
    }
    try {
      switch (verdict) {
        case Verdict.Proceed proceed -> {
          proceed.onResponse().ifPresent(exchange::addResponseStep);
          proceed(exchange, route, index + 1);
        }
        case Verdict.Respond(Answer answer) -> exchange.respond(answer);
        case Verdict.Wait _ ->
            exchange.fail(
                new Failure.NodeFault(
                    "a middleware of " + route.router() + " decided to wait twice",
                    new IllegalStateException("Wait after Wait")));
      }
    } catch (RuntimeException | Error e) {
      exchange.fail(Failure.NodeFault.unforeseen(e));
    }
  }
}
