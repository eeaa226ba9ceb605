package io.phalanx.node.middleware;

import io.phalanx.node.buffering.BufferedTry;
import io.phalanx.node.buffering.Delivery;
import io.phalanx.node.buffering.NoRoomException;
import io.phalanx.node.buffering.RetryExpression;
import io.phalanx.node.buffering.Spool;
import io.phalanx.node.buffering.SpoolSpace;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Enclosure;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeldBody;
import io.phalanx.node.exchange.MalformedBodyException;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.BodyOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code buffering}: reads requests whole before they are sent, and answers before clients get
 * them; what is too long is refused, and while an expression holds the request is sent again. What
 * is beyond the memory that the options give goes to files. Upgrades pass through.
 */
public final class Buffering implements Middleware, Enclosure {
  public static final MiddlewareType<BodyOptions.Buffering> TYPE =
      new MiddlewareType<>("buffering", BodyOptions.Buffering.class, Buffering::new);

  /** As in Traefik. */
  private static final int MOST_TRIES = 10;

  private static final int PIECE = 16 << 10;
  private static final Answer TOO_LARGE = Answer.text(413, "Request Entity Too Large");
  private static final Answer TOO_LONG = Answer.text(500, "Internal Server Error");

  private final BodyOptions.Buffering options;
  private final Optional<RetryExpression> expression;
  private final SpoolSpace space;
  private final Verdict verdict = new Verdict.Enclose(this);

  Buffering(BodyOptions.Buffering options, MiddlewareContext context) {
    check("maxRequestBodyBytes", options.maxRequestBodyBytes());
    check("memRequestBodyBytes", options.memRequestBodyBytes());
    check("maxResponseBodyBytes", options.maxResponseBodyBytes());
    check("memResponseBodyBytes", options.memResponseBodyBytes());
    this.options = options;
    this.expression =
        options.retryExpression().filter(text -> !text.isBlank()).map(Buffering::parsed);
    this.space = context.parts().spools();
  }

  private static void check(String option, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(option + " must not be below 0, but is " + value);
    }
  }

  private static RetryExpression parsed(String text) {
    try {
      return RetryExpression.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("retryExpression: " + e.getMessage(), e);
    }
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    return request.upgrade().isEmpty() ? verdict : Verdict.PROCEED;
  }

  @Override
  public void answer(Exchange exchange, ExchangeHandler behind) {
    exchange.suspend();
    new Holding(exchange, behind).start();
  }

  /** One request. */
  private final class Holding implements BufferedTry.Holder {
    private final Exchange exchange;
    private final ExchangeHandler behind;
    private final BodySource body;
    private final Spool sent;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE).limit(0);
    private boolean abandoned;
    private int tries;
    private @Nullable Spool answered;
    private @Nullable BufferedTry current;

    Holding(Exchange exchange, ExchangeHandler behind) {
      this.exchange = exchange;
      this.behind = behind;
      this.body = exchange.requestBody();
      this.sent = new Spool(space, exchange.ioThread(), options.memRequestBodyBytes());
    }

    void start() {
      exchange.whenOver(this::release);
      long most = options.maxRequestBodyBytes();
      if (body.length() == 0) {
        next();
      } else if (most > 0 && body.length() > most) {
        exchange.respond(TOO_LARGE);
      } else {
        exchange.whenAbandoned(() -> abandoned = true);
        readOn();
      }
    }

    private void release() {
      sent.release();
      Spool last = answered;
      if (last != null) {
        last.release();
      }
    }

    private void readOn() {
      if (abandoned) {
        return;
      }
      try {
        while (held()) {
          int count = read();
          if (count < 0) {
            next();
            return;
          }
          if (count == 0) {
            body.whenReadable(this::readOn);
            return;
          }
          long most = options.maxRequestBodyBytes();
          if (most > 0 && sent.size() + count > most) {
            exchange.respond(TOO_LARGE);
            return;
          }
        }
        sent.whenWritable(this::readOn);
      } catch (NoRoomException e) {
        exchange.fail(new Failure.NoRoom(String.valueOf(e.getMessage())));
      } catch (IOException e) {
        exchange.fail(new Failure.NodeFault("a request's body cannot be held", e));
      } catch (BrokenBodyException e) {
        exchange.fail(e.failure);
      } catch (RuntimeException | Error e) {
        exchange.fail(Failure.unforeseen(e));
      }
    }

    private int read() throws BrokenBodyException {
      try {
        int count = body.read(piece.clear());
        piece.flip();
        return count;
      } catch (IOException e) {
        throw new BrokenBodyException(
            new Failure.ClientFault(
                e instanceof MalformedBodyException ? 400 : 499,
                "the request's body broke off: " + e));
      }
    }

    /** Whether all that was read is in the spool. */
    private boolean held() throws IOException {
      while (piece.hasRemaining()) {
        if (sent.write(piece) == 0) {
          return false;
        }
      }
      return true;
    }

    private void next() {
      tries++;
      var spool = new Spool(space, exchange.ioThread(), options.memResponseBodyBytes());
      answered = spool;
      var attempt =
          new BufferedTry(
              exchange,
              expression.isPresent() ? exchange.request().copy() : exchange.request(),
              body.length() == 0 ? HeldBody.none() : sent.fromTheBeginning(body.trailers()),
              spool,
              options.maxResponseBodyBytes(),
              this);
      current = attempt;
      attempt.start(behind);
    }

    private boolean isAgain(int status) {
      return tries < MOST_TRIES
          && expression
              .map(
                  wanted ->
                      wanted.holds(
                          new RetryExpression.Outcome(tries, status, exchange.request().method())))
              .orElse(false);
    }

    private void again() {
      Objects.requireNonNull(current).discard();
      Objects.requireNonNull(answered).release();
      exchange.trail().retried();
      soon(this::next);
    }

    private void soon(Runnable then) {
      Runnable callOff =
          exchange
              .ioThread()
              .after(
                  Duration.ZERO,
                  () -> {
                    try {
                      then.run();
                    } catch (RuntimeException | Error e) {
                      exchange.fail(Failure.unforeseen(e));
                    }
                  });
      exchange.whenAbandoned(callOff);
    }

    @Override
    public void whole(ResponseHead head, long announced, BodySource held) {
      if (isAgain(head.status())) {
        again();
      } else {
        soon(() -> deliver(head, announced, held));
      }
    }

    private void deliver(ResponseHead head, long announced, BodySource held) {
      BufferedTry.copy(head, exchange.response());
      boolean bodiless =
          exchange.request().method().equals("HEAD")
              || head.status() == 204
              || head.status() == 304;
      BodySink to = exchange.startResponse(bodiless ? announced : held.length());
      new Delivery(exchange, bodiless ? HeldBody.none() : held, to).run();
    }

    @Override
    public void tooLong() {
      soon(() -> exchange.respond(TOO_LONG));
    }

    @Override
    public void failed(Failure failure) {
      boolean again =
          switch (failure) {
            case Failure.UpstreamFault fault -> isAgain(fault.status());
            case Failure.NoServer none -> isAgain(none.status());
            case Failure.ClientFault _, Failure.NoRoom _, Failure.NodeFault _ -> false;
          };
      if (again) {
        again();
      } else {
        exchange.fail(failure);
      }
    }
  }

  /** The client does not send the rest of its body. */
  private static final class BrokenBodyException extends Exception {
    private final transient Failure failure;

    BrokenBodyException(Failure failure) {
      super(failure.reason());
      this.failure = failure;
    }
  }
}
