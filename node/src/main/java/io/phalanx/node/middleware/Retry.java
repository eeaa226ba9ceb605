package io.phalanx.node.middleware;

import io.phalanx.node.attempt.Attempt;
import io.phalanx.node.attempt.Judge;
import io.phalanx.node.attempt.KeptBody;
import io.phalanx.node.exchange.Enclosure;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.StatusRanges;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.FlowOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * {@code retry}: has what is behind it answer again, if a server was not reached, so that it
 * certainly saw nothing of the request, or if it answered with one of some statuses and the method
 * is one that may be repeated. Each try goes through the steps behind and lets the service choose
 * its server anew. Whatever the last one brings is the answer.
 *
 * <p>For statuses the request's body is kept as it goes by, up to {@code maxRequestBodyBytes}; a
 * longer one is passed on and not repeated.
 */
public final class Retry implements Middleware, Enclosure {
  public static final MiddlewareType<FlowOptions.Retry> TYPE =
      new MiddlewareType<>(
          "retry",
          FlowOptions.Retry.class,
          (options, context) ->
              new Retry(
                  options,
                  context.bodies(),
                  System::nanoTime,
                  () -> ThreadLocalRandom.current().nextDouble()));

  private final FlowOptions.Retry options;
  private final StatusRanges statuses;
  private final MemoryBound bodies;
  private final LongSupplier nanoTime;
  private final DoubleSupplier random;

  /**
   * @param random from 0 to 1
   */
  Retry(
      FlowOptions.Retry options, MemoryBound bodies, LongSupplier nanoTime, DoubleSupplier random) {
    this.options = options;
    this.statuses = StatusRanges.parse(options.status());
    this.bodies = bodies;
    this.nanoTime = nanoTime;
    this.random = random;
    if (options.attempts() <= 0) {
      throw new IllegalArgumentException("attempts must be at least 1, not " + options.attempts());
    }
    if (statuses.isEmpty() && options.disableRetryOnNetworkError()) {
      throw new IllegalArgumentException(
          "disableRetryOnNetworkError leaves nothing to retry for without status");
    }
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    return options.attempts() == 1 ? Verdict.PROCEED : new Verdict.Enclose(this);
  }

  @Override
  public void answer(Exchange exchange, ExchangeHandler behind) {
    exchange.suspend();
    new Tries(exchange, behind).next();
  }

  /** Traefik's list of what must not be done twice. */
  private boolean mayBeRepeated(String method) {
    return options.retryNonIdempotentMethod()
        || !(method.equals("POST") || method.equals("PATCH") || method.equals("LOCK"));
  }

  /** One request. */
  private final class Tries implements Judge {
    private final Exchange exchange;
    private final ExchangeHandler behind;
    private final StatusRanges again;
    private final Optional<KeptBody> kept;
    private final Backoff backoff =
        new Backoff(options.initialInterval(), options.attempts(), random);
    private final long startedAt = nanoTime.getAsLong();
    private int tries;

    Tries(Exchange exchange, ExchangeHandler behind) {
      this.exchange = exchange;
      this.behind = behind;
      this.again = mayBeRepeated(exchange.request().method()) ? statuses : StatusRanges.NONE;
      // With nothing kept it still tells whether anything was read.
      long most = again.isEmpty() ? 0 : options.maxRequestBodyBytes();
      this.kept =
          exchange.requestBody().length() == 0
              ? Optional.empty()
              : Optional.of(new KeptBody(exchange.requestBody(), most, bodies));
      kept.ifPresent(body -> exchange.whenOver(body::release));
    }

    void next() {
      tries++;
      new Attempt(
              exchange,
              exchange.request().copy(),
              kept.map(KeptBody::fromTheBeginning).orElseGet(exchange::requestBody),
              this)
          .start(behind);
    }

    @Override
    public boolean takes(int status) {
      if (isLast() || !again.holds(status) || !bodyIsThere()) {
        return true;
      }
      retry();
      return false;
    }

    @Override
    public boolean takes(Failure failure) {
      if (isLast() || !isWorthATry(failure) || !bodyIsThere()) {
        return true;
      }
      retry();
      return false;
    }

    private boolean isLast() {
      Duration limit = options.timeout();
      return tries >= options.attempts()
          || (limit.isPositive() && nanoTime.getAsLong() - startedAt >= limit.toNanos());
    }

    private boolean isWorthATry(Failure failure) {
      return switch (failure) {
        case Failure.UpstreamFault fault ->
            (fault.isUnsent() && !options.disableRetryOnNetworkError())
                || again.holds(fault.status());
        case Failure.NoServer none -> again.holds(none.status());
        case Failure.ClientFault _, Failure.NoRoom _, Failure.NodeFault _ -> false;
      };
    }

    private boolean bodyIsThere() {
      return kept.map(KeptBody::mayBeReadAgain).orElse(true);
    }

    private void retry() {
      exchange.trail().retried();
      Runnable callOff = exchange.ioThread().after(backoff.next(), this::next);
      exchange.whenAbandoned(callOff);
    }
  }
}
