package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.Verdict;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Middlewares, in their order, in front of what answers.
 *
 * @param owner qualified name of the router or the service whose they are, for the log
 */
public record Steps(String owner, List<Middleware> middlewares, Endpoint behind)
    implements Endpoint {
  public Steps {
    middlewares = List.copyOf(middlewares);
  }

  @Override
  public boolean isUp() {
    return behind.isUp();
  }

  @Override
  public void answer(Exchange exchange) {
    proceed(exchange, 0);
  }

  private void proceed(Exchange exchange, int first) {
    for (int i = first; i < middlewares.size(); i++) {
      if (!goesOn(exchange, i + 1, middlewares.get(i).onRequest(exchange.request()))) {
        return;
      }
    }
    behind.answer(exchange);
  }

  /** Does what was decided; whether it is up to the step at {@code next} then. */
  private boolean goesOn(Exchange exchange, int next, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Proceed proceed -> {
        proceed.onResponse().ifPresent(exchange::addResponseStep);
        yield true;
      }
      case Verdict.Respond(Answer answer) -> {
        exchange.respond(answer);
        yield false;
      }
      case Verdict.Enclose enclose -> {
        enclose.enclosure().answer(exchange, inner -> proceed(inner, next));
        yield false;
      }
      case Verdict.Wait wait -> {
        suspend(exchange, next, wait);
        yield false;
      }
    };
  }

  /**
   * Comes back on the exchange's I/O thread when the middleware has decided; until then the request
   * holds no thread. Nobody is asked any more for a client that left meanwhile.
   */
  private void suspend(Exchange exchange, int next, Verdict.Wait wait) {
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
                            resume(exchange, next, verdict, failure);
                          }
                        }));
  }

  private void resume(Exchange exchange, int next, Verdict verdict, Throwable failure) {
    if (failure != null) {
      exchange.fail(new Failure.NodeFault("a middleware of " + owner + " failed", failure));
      return;
    }
    if (verdict instanceof Verdict.Wait) {
      exchange.fail(
          new Failure.NodeFault(
              "a middleware of " + owner + " decided to wait twice",
              new IllegalStateException("Wait after Wait")));
      return;
    }
    try {
      if (goesOn(exchange, next, verdict)) {
        proceed(exchange, next);
      }
    } catch (RuntimeException | Error e) {
      exchange.fail(Failure.unforeseen(e));
    }
  }
}
