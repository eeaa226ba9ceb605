package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.routing.RouteTable;
import java.util.List;
import java.util.Optional;

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

  private final boolean logged;
  private final boolean measured;
  private volatile RouteTable<Route> table = RouteTable.<Route>builder().build();

  /**
   * @param logged whether the access log is to have requests that no router matches
   * @param measured whether the metrics are to count them
   */
  public Pipeline(boolean logged, boolean measured) {
    this.logged = logged;
    this.measured = measured;
  }

  /** From now on new requests are routed by this table. */
  public void activate(RouteTable<Route> newTable) {
    table = newTable;
  }

  @Override
  public void handle(Exchange exchange) {
    Optional<Route> route = table.match(exchange.request());
    if (route.isEmpty()) {
      exchange.trail().routedBy("", "", false, logged, measured);
      exchange.respond(NOT_FOUND);
      return;
    }
    Route found = route.get();
    exchange
        .trail()
        .routedBy(
            found.router(), found.service(), found.internal(), found.logged(), found.measured());
    proceed(exchange, found, 0);
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
   * holds no thread.
   */
  private static void suspend(Exchange exchange, Route route, int index, Verdict.Wait wait) {
    exchange.suspend();
    wait.decision()
        .whenComplete(
            (verdict, failure) ->
                exchange
                    .ioThread()
                    .execute(() -> resume(exchange, route, index, verdict, failure)));
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
    } catch (RuntimeException e) {
      exchange.fail(new Failure.NodeFault(String.valueOf(e.getMessage()), e));
    }
  }
}
