package io.phalanx.node.middleware;

import io.phalanx.node.attempt.Attempt;
import io.phalanx.node.attempt.Judge;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Enclosure;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeldBody;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.StatusRange;
import io.phalanx.node.exchange.StatusRanges;
import io.phalanx.node.exchange.StatusTexts;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.filter.AnswerFilter;
import io.phalanx.node.filter.FilteredExchange;
import io.phalanx.providers.dynamic.FlowOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code errors}: in place of answers with some statuses, and of failures that would become such,
 * clients get a page that another service is asked for, under the status of what it replaces, or
 * another one. If the page cannot be had, that status with the text of why.
 */
public final class Errors implements Middleware, Enclosure {
  public static final MiddlewareType<FlowOptions.Errors> TYPE =
      new MiddlewareType<>("errors", FlowOptions.Errors.class, Errors::new);

  private final StatusRanges statuses;
  private final List<Rewrite> rewrites;
  private final ExchangeHandler pages;
  private final PageHead pageHead;
  private final Verdict verdict;

  private record Rewrite(StatusRange from, int to) {}

  Errors(FlowOptions.Errors options, MiddlewareContext context) {
    this.statuses = StatusRanges.parse(options.status());
    this.rewrites = rewrites(options);
    if (options.service().isEmpty()) {
      throw new IllegalArgumentException("service must not be empty");
    }
    String name = context.name();
    this.pages =
        context
            .services()
            .find(
                options.service().contains("@")
                    ? options.service()
                    : options.service() + name.substring(name.lastIndexOf('@')));
    this.pageHead = new PageHead(options.query(), options.errorRequestHeaders());
    this.verdict = statuses.isEmpty() ? Verdict.PROCEED : new Verdict.Enclose(this);
  }

  private static List<Rewrite> rewrites(FlowOptions.Errors options) {
    var rewrites = new ArrayList<Rewrite>();
    options
        .statusRewrites()
        .forEach(
            (from, to) -> {
              if (to < 200 || to > 599) {
                throw new IllegalArgumentException(
                    "statusRewrites: " + to + " is not from 200 to 599");
              }
              rewrites.add(new Rewrite(StatusRange.parse(from), to));
            });
    return List.copyOf(rewrites);
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    return verdict;
  }

  @Override
  public void answer(Exchange exchange, ExchangeHandler behind) {
    new Attempt(exchange, exchange.request(), exchange.requestBody(), new Replacing(exchange))
        .start(behind);
  }

  private int shown(int status) {
    for (Rewrite rewrite : rewrites) {
      if (rewrite.from().holds(status)) {
        return rewrite.to();
      }
    }
    return status;
  }

  /** One request. */
  private final class Replacing implements Judge {
    private final Exchange exchange;

    Replacing(Exchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public boolean takes(int status) {
      if (!statuses.holds(status)) {
        return true;
      }
      exchange.suspend();
      soon(() -> ask(status));
      return false;
    }

    @Override
    public boolean takes(Failure failure) {
      return switch (failure) {
        case Failure.UpstreamFault fault -> takes(fault, fault.status());
        case Failure.NoServer none -> takes(none, none.status());
        case Failure.ClientFault _, Failure.NoRoom _, Failure.NodeFault _ -> true;
      };
    }

    private boolean takes(Failure failure, int status) {
      if (takes(status)) {
        return true;
      }
      exchange.trail().failed(failure);
      return false;
    }

    private void soon(Runnable then) {
      Runnable callOff = exchange.ioThread().after(Duration.ZERO, then);
      exchange.whenAbandoned(callOff);
    }

    private void ask(int status) {
      int shown = shown(status);
      new Attempt(
              exchange,
              pageHead.of(exchange.request(), shown, status),
              HeldBody.none(),
              new PageOrText(shown))
          .start(page -> pages.handle(new FilteredExchange(page, new Shown(shown))));
    }

    /** Whatever the page's own status is, it is shown; where there is none, a text is. */
    private final class PageOrText implements Judge {
      private final int shown;

      PageOrText(int shown) {
        this.shown = shown;
      }

      @Override
      public boolean takes(int status) {
        return true;
      }

      @Override
      public boolean takes(Failure failure) {
        return switch (failure) {
          case Failure.UpstreamFault fault -> isInstead(fault.status());
          case Failure.NoServer none -> isInstead(none.status());
          case Failure.ClientFault _, Failure.NoRoom _, Failure.NodeFault _ -> true;
        };
      }

      private boolean isInstead(int status) {
        soon(() -> exchange.respond(Answer.text(shown, StatusTexts.of(status).orElse(""))));
        return false;
      }
    }
  }

  /** Puts the status in front of whatever the page has. */
  private record Shown(int status) implements AnswerFilter {
    @Override
    public void whole(ResponseHead head) {
      head.status(status);
    }

    @Override
    public BodySink body(ResponseHead head, long length, Opening open) {
      head.status(status);
      return open.open(length);
    }
  }
}
