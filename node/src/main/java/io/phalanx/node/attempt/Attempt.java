package io.phalanx.node.attempt;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.exchange.WrappedExchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try at answering an exchange. To those behind it is an exchange like any other; when its
 * answer's head is there, or its failure, a {@link Judge} decides whether that is what the client
 * gets. If it is not, nothing of it is left on the exchange: for those behind the attempt is over,
 * and their steps have seen the head, or the status of the failure and the failure itself.
 */
public final class Attempt extends WrappedExchange {
  /** How much of an answer is read that nobody wants, and for how long. */
  private static final long MOST_DISCARDED = 64 << 10;

  private static final Duration LONGEST_DISCARDING = Duration.ofSeconds(5);

  private enum State {
    OPEN,
    TAKEN,
    DISCARDED
  }

  private final RequestHead request;
  private final BodySource body;
  private final Judge judge;
  private State state = State.OPEN;
  private List<ResponseStep> steps = List.of();
  private List<Runnable> toldWhenOver = List.of();
  private @Nullable Runnable cleanup;
  private boolean abandoned;
  private @Nullable ResponseHead unwanted;

  /** While its steps see the status of a failure that is discarded. */
  private @Nullable Failure whyUnwanted;

  /**
   * @param exchange nothing was answered on it; from here on its {@link Exchange#whenAbandoned} is
   *     this attempt's
   * @param request what those behind see, and edit
   */
  public Attempt(Exchange exchange, RequestHead request, BodySource body, Judge judge) {
    super(exchange);
    this.request = request;
    this.body = body;
    this.judge = judge;
  }

  /** Has {@code behind} answer. What it throws is a failure of this node. */
  public void start(ExchangeHandler behind) {
    exchange.whenAbandoned(this::abandon);
    try {
      behind.handle(this);
    } catch (RuntimeException | Error e) {
      fail(Failure.unforeseen(e));
    }
  }

  private void abandon() {
    abandoned = true;
    Runnable told = cleanup;
    cleanup = null;
    if (told != null) {
      told.run();
    }
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public BodySource requestBody() {
    return body;
  }

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {
    if (state == State.OPEN) {
      exchange.sendInterim(status, fill);
    }
  }

  @Override
  public ResponseHead response() {
    return unwanted == null ? exchange.response() : unwanted;
  }

  @Override
  public Trail trail() {
    if (state != State.DISCARDED) {
      return exchange.trail();
    }
    var own = new Trail();
    Optional.ofNullable(whyUnwanted).ifPresent(own::failed);
    return own;
  }

  @Override
  public void whenAbandoned(Runnable given) {
    if (abandoned) {
      given.run();
    } else {
      cleanup = given;
    }
  }

  @Override
  public void whenOver(Runnable told) {
    if (state == State.DISCARDED) {
      told.run();
      return;
    }
    boolean first = toldWhenOver.isEmpty();
    if (first) {
      toldWhenOver = new ArrayList<>(2);
    }
    toldWhenOver.add(told);
    if (first) {
      exchange.whenOver(this::over);
    }
  }

  private void over() {
    List<Runnable> all = toldWhenOver;
    toldWhenOver = List.of();
    all.forEach(Runnable::run);
  }

  @Override
  public void addResponseStep(ResponseStep step) {
    if (steps.isEmpty()) {
      steps = new ArrayList<>(4);
    }
    steps.add(step);
  }

  /** The steps of those behind see the head before the steps of those in front. */
  private void take() {
    state = State.TAKEN;
    steps.forEach(exchange::addResponseStep);
    steps = List.of();
  }

  private void discard(int status, @Nullable Failure why) {
    state = State.DISCARDED;
    whyUnwanted = why;
    exchange.response().headers().clear();
    var head = new ResponseHead(status, new HeaderLines());
    unwanted = head;
    body.stopWaiting();
    for (int i = steps.size() - 1; i >= 0; i--) {
      steps.get(i).onResponse(head);
    }
    whyUnwanted = null;
    steps = List.of();
    over();
  }

  @Override
  public BodySink startResponse(long length) {
    if (state == State.OPEN) {
      if (judge.takes(response().status())) {
        take();
      } else {
        discard(response().status(), null);
        return discarded();
      }
    }
    return state == State.TAKEN ? exchange.startResponse(length) : discarded();
  }

  /** Ends in a moment, if the server does not end it before. */
  private BodySink discarded() {
    Runnable callOff = ioThread().after(LONGEST_DISCARDING, this::abandon);
    return new DiscardedAnswer(
        MOST_DISCARDED,
        () -> {
          callOff.run();
          cleanup = null;
        });
  }

  @Override
  public Tunnel startTunnel() {
    if (state != State.OPEN) {
      throw new IllegalStateException("answered twice");
    }
    take();
    return exchange.startTunnel();
  }

  @Override
  public void respond(Answer answer) {
    if (state == State.OPEN) {
      if (!judge.takes(answer.status())) {
        discard(answer.status(), null);
        return;
      }
      take();
    }
    if (state == State.TAKEN) {
      exchange.respond(answer);
    }
  }

  @Override
  public void fail(Failure failure) {
    if (state == State.OPEN) {
      if (!judge.takes(failure)) {
        discard(failure.status(), failure);
        return;
      }
      take();
    }
    if (state == State.TAKEN) {
      exchange.fail(failure);
    }
  }
}
