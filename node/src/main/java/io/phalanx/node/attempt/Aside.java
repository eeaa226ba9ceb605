package io.phalanx.node.attempt;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.Lifetime;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.exchange.WrappedExchange;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A request that is sent for another one, to ask somebody before that goes on. It ends with its
 * time, and with the client that the other one is of. Belongs to the I/O thread of that.
 */
public final class Aside extends WrappedExchange {
  private static final long MOST_DISCARDED = 64 << 10;
  private static final Duration LONGEST_DISCARDING = Duration.ofSeconds(5);

  /** What is done with the answer; one of the two, and perhaps a failure behind the head. */
  public interface Asker {
    /**
     * The head of the answer is there.
     *
     * @param length of the body; -1 if it is not known
     * @return where the body goes
     */
    BodySink answered(ResponseHead head, long length);

    /** There is no answer, or its body broke off. */
    void failed(Failure failure);
  }

  private final RequestHead request;
  private final BodySource body;
  private final Asker asker;
  private final Trail trail = new Trail();
  private final ResponseHead response = new ResponseHead(200, new HeaderLines());
  private final Lifetime lifetime = new Lifetime();

  /**
   * @param exchange that waits for this; its {@link Exchange#whenAbandoned} is this one's meanwhile
   */
  public Aside(Exchange exchange, RequestHead request, BodySource body, Asker asker) {
    super(exchange);
    this.request = request;
    this.body = body;
    this.asker = asker;
  }

  /** Has {@code target} answer within a time, its body included. */
  public void send(ExchangeHandler target, Duration longest) {
    Runnable callOff = exchange.ioThread().after(longest, () -> expire(longest));
    lifetime.whenOver(callOff);
    exchange.whenAbandoned(this::stop);
    exchange.whenOver(callOff);
    try {
      target.handle(this);
    } catch (RuntimeException | Error e) {
      fail(Failure.unforeseen(e));
    }
  }

  private void expire(Duration longest) {
    Runnable giveUp = lifetime.cleanup();
    fail(
        new Failure.UpstreamFault(
            trail.server(),
            trail.originStatus() < 0
                ? Failure.UpstreamFault.Stage.AWAITING_HEAD
                : Failure.UpstreamFault.Stage.STREAMING,
            Failure.UpstreamFault.Kind.TIMEOUT,
            "no whole answer came within " + longest.toSeconds() + " s"));
    giveUp.run();
  }

  /** Nobody wants the answer any more; nobody is told. */
  public void stop() {
    lifetime.abandon();
  }

  /**
   * Ends this with the head of its answer: where the body goes then, which is read to its end if
   * that comes soon.
   */
  public BodySink discard() {
    Runnable giveUp = lifetime.cleanup();
    lifetime.end();
    return new DiscardedAnswer(
        MOST_DISCARDED, exchange.ioThread().after(LONGEST_DISCARDING, giveUp));
  }

  /** All of the answer is there. */
  public void end() {
    lifetime.end();
  }

  @Override
  public BodySink startResponse(long length) {
    return lifetime.isOver() ? discard() : asker.answered(response, length);
  }

  @Override
  public void respond(Answer answer) {
    throw new IllegalStateException("nothing is behind but a server");
  }

  @Override
  public void fail(Failure failure) {
    if (lifetime.end()) {
      asker.failed(failure);
    }
  }

  @Override
  public Tunnel startTunnel() {
    throw new IllegalStateException("no upgrade was asked for");
  }

  @Override
  public void whenAbandoned(Runnable given) {
    lifetime.whenAbandoned(given);
  }

  @Override
  public void whenOver(Runnable told) {
    lifetime.whenOver(told);
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
  public void sendInterim(int status, Consumer<Headers> fill) {}

  @Override
  public ResponseHead response() {
    return response;
  }

  @Override
  public void addResponseStep(ResponseStep step) {
    throw new IllegalStateException("nothing is behind but a server");
  }

  @Override
  public Trail trail() {
    return trail;
  }
}
