package io.phalanx.node.middleware;

import io.phalanx.cluster.breaker.Breakers;
import io.phalanx.cluster.breaker.Circuit;
import io.phalanx.cluster.breaker.Entrance;
import io.phalanx.cluster.breaker.Subject;
import io.phalanx.cluster.breaker.Terms;
import io.phalanx.node.breaker.Expression;
import io.phalanx.node.breaker.ExpressionException;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Enclosure;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.StatusTexts;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.FlowOptions;
import io.phalanx.providers.dynamic.LimitOptions.Scope;
import io.phalanx.providers.tree.GoDuration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@code circuitBreaker}: refuses requests while what is behind it fails, by Traefik's expression
 * and timing, in the whole fleet. Each router that names it has a breaker of its own, which
 * outlives a change of configuration that leaves its options as they are (Traefik's do not).
 *
 * <p>An answer counts when its head is there, before the client sees it, with the status that steps
 * behind gave it and the time that it took until then. (Traefik's counts when it is whole, so that
 * slow clients and long streams are latencies.) What breaks off behind the head by the server's
 * fault counts as another answer.
 */
public final class CircuitBreaker implements Middleware, Enclosure {
  public static final MiddlewareType<FlowOptions.CircuitBreaker> TYPE =
      new MiddlewareType<>("circuitBreaker", FlowOptions.CircuitBreaker.class, CircuitBreaker::new);

  private static final int CLIENT_GONE = 499;

  private final Circuit circuit;
  private final Answer refusal;
  private final Verdict verdict = new Verdict.Enclose(this);

  CircuitBreaker(FlowOptions.CircuitBreaker options, MiddlewareContext context) {
    Expression expression = expression(options.expression());
    var terms =
        new Terms(options.checkPeriod(), options.fallbackDuration(), options.recoveryDuration());
    var subject =
        new Subject(
            context.router(),
            context.name(),
            "%s %s %s %s"
                .formatted(
                    GoDuration.format(terms.checkPeriod()),
                    GoDuration.format(terms.fallback()),
                    GoDuration.format(terms.recovery()),
                    options.expression()));
    Breakers breakers =
        (options.scope() == Scope.FLEET ? context.fleet() : context.node()).breakers();
    this.circuit = breakers.circuit(subject, terms, expression::measure);
    this.refusal =
        Answer.text(options.responseCode(), StatusTexts.of(options.responseCode()).orElse(""));
  }

  private static Expression expression(String text) {
    try {
      return Expression.parse(text);
    } catch (ExpressionException e) {
      throw new IllegalArgumentException("expression: " + e.getMessage(), e);
    }
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    return verdict;
  }

  @Override
  public void answer(Exchange exchange, ExchangeHandler behind) {
    switch (circuit.enter(exchange.trail())) {
      case Entrance.Inside inside -> pass(inside, exchange, behind);
      case Entrance.Refused _ -> exchange.respond(refusal);
      case Entrance.Asked(CompletionStage<Entrance> decision) -> ask(decision, exchange, behind);
    }
  }

  private void pass(Entrance.Inside inside, Exchange exchange, ExchangeHandler behind) {
    var passage = new Passage(inside, exchange);
    exchange.addResponseStep(passage);
    exchange.whenOver(passage);
    behind.handle(exchange);
  }

  /** Holds no thread while the fleet is asked whether the request may probe. */
  private void ask(CompletionStage<Entrance> asked, Exchange exchange, ExchangeHandler behind) {
    var over = new AtomicBoolean();
    exchange.suspend();
    exchange.whenOver(() -> over.set(true));
    asked.thenAccept(
        decided -> exchange.ioThread().execute(() -> resume(decided, over, exchange, behind)));
  }

  private void resume(
      Entrance decided, AtomicBoolean over, Exchange exchange, ExchangeHandler behind) {
    if (over.get()) {
      if (decided instanceof Entrance.Inside inside) {
        circuit.left(inside);
      }
      return;
    }
    try {
      if (decided instanceof Entrance.Inside inside) {
        pass(inside, exchange, behind);
      } else {
        exchange.respond(refusal);
      }
    } catch (RuntimeException | Error e) {
      exchange.fail(Failure.unforeseen(e));
    }
  }

  /** One request that passes. */
  private final class Passage implements ResponseStep, Runnable {
    private final Entrance.Inside entrance;
    private final Exchange exchange;
    private final long startedAt = System.nanoTime();
    private int status;

    Passage(Entrance.Inside entrance, Exchange exchange) {
      this.entrance = entrance;
      this.exchange = exchange;
    }

    @Override
    public void onResponse(ResponseHead response) {
      count(response.status());
    }

    private void count(int now) {
      if (now != status) {
        status = now;
        circuit.over(entrance, now, System.nanoTime() - startedAt);
      }
    }

    @Override
    public void run() {
      Optional<Failure> failure = exchange.trail().failureOfAttempt();
      if (status != 0) {
        failure
            .filter(Failure.UpstreamFault.class::isInstance)
            .ifPresent(fault -> count(fault.status()));
      } else if (failure.isPresent() && !(failure.get() instanceof Failure.ClientFault)) {
        count(failure.get().status());
      } else if (entrance.probe() != 0) {
        circuit.left(entrance); // Nothing is known of the server.
      } else {
        count(CLIENT_GONE);
      }
    }
  }
}
