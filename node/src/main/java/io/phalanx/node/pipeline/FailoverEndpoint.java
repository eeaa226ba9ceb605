package io.phalanx.node.pipeline;

import io.phalanx.node.attempt.Attempt;
import io.phalanx.node.attempt.BodyReading;
import io.phalanx.node.attempt.Judge;
import io.phalanx.node.attempt.KeptBody;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.StatusRanges;
import java.time.Duration;

/**
 * A service with another one for when it is down, or answers with one of some statuses: then the
 * request is sent to the other, with its body, and that answer counts.
 */
public final class FailoverEndpoint implements Endpoint {
  private static final Answer BOTH_DOWN = Answer.error(503, "Service Unavailable");
  private static final Answer TOO_LARGE = Answer.error(413, "Request body too large");

  private final Endpoint main;
  private final Endpoint fallback;
  private final Errors errors;
  private final boolean looksAtFallback;

  /**
   * @param statuses for which the other service is asked; perhaps none
   * @param mostBody bytes of a request's body, above which it is refused; below 0 there is no
   *     limit, and what {@code memory} has no room for is not sent again
   */
  public record Errors(StatusRanges statuses, long mostBody, MemoryBound memory) {}

  /**
   * @param looksAtFallback whether the fallback's health counts; else it is asked whatever it is
   */
  public FailoverEndpoint(
      Endpoint main, Endpoint fallback, Errors errors, boolean looksAtFallback) {
    this.looksAtFallback = looksAtFallback;
    this.main = main;
    this.fallback = fallback;
    this.errors = errors;
  }

  @Override
  public boolean isUp() {
    return main.isUp() || fallbackIsUp();
  }

  @Override
  public void answer(Exchange exchange) {
    if (!main.isUp()) {
      fallBack(exchange);
    } else if (errors.statuses().isEmpty()) {
      main.answer(exchange);
    } else {
      askBoth(exchange);
    }
  }

  private boolean fallbackIsUp() {
    return !looksAtFallback || fallback.isUp();
  }

  private void fallBack(Exchange exchange) {
    if (fallbackIsUp()) {
      fallback.answer(exchange);
    } else {
      exchange.respond(BOTH_DOWN);
    }
  }

  private void askBoth(Exchange exchange) {
    BodySource body = exchange.requestBody();
    boolean limited = errors.mostBody() >= 0;
    if (limited && body.length() > errors.mostBody()) {
      exchange.respond(TOO_LARGE);
      return;
    }
    var kept = new KeptBody(body, errors.mostBody(), errors.memory());
    exchange.whenOver(kept::release);
    exchange.suspend();
    if (limited && body.length() < 0) {
      // Nobody knows yet whether it is too large.
      new BodyReading(exchange, kept, () -> new Asking(exchange, kept).start(), TOO_LARGE).read();
    } else {
      new Asking(exchange, kept).start();
    }
  }

  /** One request. */
  private final class Asking implements Judge {
    private final Exchange exchange;
    private final KeptBody kept;

    Asking(Exchange exchange, KeptBody kept) {
      this.exchange = exchange;
      this.kept = kept;
    }

    void start() {
      new Attempt(exchange, exchange.request().copy(), kept.fromTheBeginning(), this)
          .start(main::answer);
    }

    @Override
    public boolean takes(int status) {
      if (!errors.statuses().holds(status) || !kept.mayBeReadAgain()) {
        return true;
      }
      Runnable callOff = exchange.ioThread().after(Duration.ZERO, this::askTheOther);
      exchange.whenAbandoned(callOff);
      return false;
    }

    @Override
    public boolean takes(Failure failure) {
      return switch (failure) {
        case Failure.UpstreamFault fault -> takes(fault.status());
        case Failure.NoServer none -> takes(none.status());
        case Failure.ClientFault _, Failure.NoRoom _, Failure.NodeFault _ -> true;
      };
    }

    private void askTheOther() {
      new Attempt(exchange, exchange.request(), kept.fromTheBeginning(), Judge.TAKES_ALL)
          .start(FailoverEndpoint.this::fallBack);
    }
  }
}
