package io.phalanx.node.attempt;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.ClientConnection;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.exchange.Tunnel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that is sent for another one, to ask somebody before that goes on. It ends with its
 * time, and with the client that the other one is of. Belongs to the I/O thread of that.
 */
public final class Aside implements Exchange {
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

  private final Exchange exchange;
  private final RequestHead request;
  private final BodySource body;
  private final Asker asker;
  private final Trail trail = new Trail();
  private final ResponseHead response = new ResponseHead(200, new HeaderLines());
  private final List<Runnable> whenOver = new ArrayList<>(2);
  private Runnable callOff = () -> {};
  private @Nullable Runnable cleanup;
  private boolean over;

  /**
   * @param exchange that waits for this; its {@link Exchange#whenAbandoned} is this one's meanwhile
   */
  public Aside(Exchange exchange, RequestHead request, BodySource body, Asker asker) {
    this.exchange = exchange;
    this.request = request;
    this.body = body;
    this.asker = asker;
  }

  /** Has {@code target} answer within a time, its body included. */
  public void send(ExchangeHandler target, Duration longest) {
    callOff = exchange.ioThread().after(longest, () -> expire(longest));
    exchange.whenAbandoned(this::stop);
    exchange.whenOver(callOff);
    try {
      target.handle(this);
    } catch (RuntimeException | Error e) {
      fail(Failure.unforeseen(e));
    }
  }

  private void expire(Duration longest) {
    Runnable told = cleanup;
    fail(
        new Failure.UpstreamFault(
            trail.server(),
            trail.originStatus() < 0
                ? Failure.UpstreamFault.Stage.AWAITING_HEAD
                : Failure.UpstreamFault.Stage.STREAMING,
            Failure.UpstreamFault.Kind.TIMEOUT,
            "no whole answer came within " + longest.toSeconds() + " s"));
    if (told != null) {
      told.run();
    }
  }

  /** Nobody wants the answer any more; nobody is told. */
  public void stop() {
    Runnable told = cleanup;
    end();
    if (told != null) {
      told.run();
    }
  }

  /**
   * Ends this with the head of its answer: where the body goes then, which is read to its end if
   * that comes soon.
   */
  public BodySink discard() {
    Runnable told = cleanup;
    end();
    Runnable tooLong =
        exchange.ioThread().after(LONGEST_DISCARDING, told == null ? () -> {} : told);
    return new DiscardedAnswer(MOST_DISCARDED, tooLong);
  }

  /** All of the answer is there. */
  public void end() {
    if (!over) {
      over = true;
      cleanup = null;
      callOff.run();
      whenOver.forEach(Runnable::run);
    }
  }

  @Override
  public BodySink startResponse(long length) {
    return over ? discard() : asker.answered(response, length);
  }

  @Override
  public void respond(Answer answer) {
    throw new IllegalStateException("nothing is behind but a server");
  }

  @Override
  public void fail(Failure failure) {
    if (!over) {
      end();
      asker.failed(failure);
    }
  }

  @Override
  public Tunnel startTunnel() {
    throw new IllegalStateException("no upgrade was asked for");
  }

  @Override
  public void whenAbandoned(Runnable given) {
    if (over) {
      given.run();
    } else {
      cleanup = given;
    }
  }

  @Override
  public void whenOver(Runnable told) {
    if (over) {
      told.run();
    } else {
      whenOver.add(told);
    }
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public ClientConnection client() {
    return exchange.client();
  }

  @Override
  public BodySource requestBody() {
    return body;
  }

  @Override
  public IoThread ioThread() {
    return exchange.ioThread();
  }

  @Override
  public void suspend() {
    exchange.suspend();
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
