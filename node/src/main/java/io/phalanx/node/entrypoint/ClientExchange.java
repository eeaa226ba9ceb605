package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.ClientConnection;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.exchange.WholeBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.XnioIoThread;

/**
 * One request of a client, from its head to the last word about it: what is the same whatever
 * protocol it came by. Lives on the I/O thread of its connection.
 */
abstract sealed class ClientExchange implements Exchange permits Http2Exchange, UndertowExchange {
  private static final Logger LOG = LoggerFactory.getLogger(ClientExchange.class);
  static final int CLIENT_GONE = 499;

  private final ClientConnection client;
  private final RequestHead request;
  private final ClientSource source;
  private final ConnectionThread ioThread;
  private final List<ExchangeObserver> observers;
  private final long startedAt;
  private final String host;
  private final String target;
  private final HeaderLines answerHeaders = new HeaderLines();
  private final ResponseHead response = new ResponseHead(200, answerHeaders);
  private final Trail trail = new Trail();
  private List<ResponseStep> steps = List.of();
  private List<Runnable> toldWhenOver = List.of();
  private @Nullable Runnable abandoned;
  private @Nullable ClientSink sink;
  private @Nullable ClientSource tunnelled;
  private int halvesEnded;
  private boolean stepsRun;
  private boolean suspended;
  private boolean completed;
  private boolean clientGone;
  private boolean clientLost;

  ClientExchange(
      ClientConnection client,
      RequestHead request,
      ClientSource source,
      XnioIoThread ioThread,
      List<ExchangeObserver> observers,
      long startedAt) {
    this.client = client;
    this.request = request;
    this.source = source;
    this.ioThread = new ConnectionThread(ioThread);
    this.observers = observers;
    this.startedAt = startedAt;
    this.host = request.host();
    this.target = observers.isEmpty() ? "" : request.target();
  }

  // What each protocol does in its own way.

  /** As the access log has it. */
  abstract String protocol();

  /**
   * Sends the head, after {@link #runSteps}, and tells {@link #sendingTo}.
   *
   * @param length of the body, -1 if it is not known
   */
  abstract BodySink open(long length);

  /** What the client will send through its tunnel. */
  abstract ClientSource openTunnel();

  /** As {@link #open}, but grants the tunnel. */
  abstract BodySink grantTunnel();

  /** Ends what the answer is sent on, so that the client does not take it for whole. */
  abstract void breakOff(boolean clientGone);

  /** Nothing of the exchange is left to do. */
  abstract void over();

  // The request.

  /** Lets {@code handler} answer, or promise to, if the client is still there. */
  final void handle(ExchangeHandler handler) {
    if (completed) {
      return;
    }
    guarded(
        () -> {
          handler.handle(this);
          if (!suspended && sink == null && !completed) {
            throw new IllegalStateException(
                "the handler neither answered nor suspended the exchange");
          }
        });
  }

  /** Runs {@code step}; what goes wrong unforeseen, errors included, ends this exchange only. */
  final void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      if (completed) {
        LOG.error("what follows a request failed", e);
      }
      fail(Failure.unforeseen(e));
    }
  }

  @Override
  public final RequestHead request() {
    return request;
  }

  @Override
  public final ClientConnection client() {
    return client;
  }

  @Override
  public final BodySource requestBody() {
    return source;
  }

  /** What the client sends now. */
  final ClientSource source() {
    ClientSource tunnel = tunnelled;
    return tunnel == null ? source : tunnel;
  }

  @Override
  public final IoThread ioThread() {
    return ioThread;
  }

  @Override
  public final void suspend() {
    suspended = true;
  }

  @Override
  public final Trail trail() {
    return trail;
  }

  // The answer.

  @Override
  public final ResponseHead response() {
    return response;
  }

  final HeaderLines answerHeaders() {
    return answerHeaders;
  }

  @Override
  public final void addResponseStep(ResponseStep step) {
    if (steps.isEmpty()) {
      steps = new ArrayList<>(4);
    }
    steps.add(step);
  }

  /** Those that failed, or whose head could not be opened, do not see the answer to that. */
  final void runSteps() {
    if (stepsRun) {
      return;
    }
    stepsRun = true;
    for (int i = steps.size() - 1; i >= 0; i--) {
      steps.get(i).onResponse(response);
    }
  }

  @Override
  public final BodySink startResponse(long length) {
    return completed ? LostSink.INSTANCE : open(length);
  }

  @Override
  public final Tunnel startTunnel() {
    if (request.upgrade().isEmpty()) {
      throw new IllegalStateException("no upgrade was asked for");
    }
    ClientSource from = openTunnel();
    tunnelled = from;
    return new Tunnel(from, completed ? LostSink.INSTANCE : grantTunnel());
  }

  /** The head is sent, or lies ready, and the body goes here. */
  final BodySink sendingTo(ClientSink opened) {
    sink = opened;
    return opened;
  }

  /** What the answer goes to, once its head was opened. */
  final @Nullable ClientSink sink() {
    return sink;
  }

  @Override
  public final void respond(Answer answer) {
    if (completed) {
      return;
    }
    response.status(answer.status());
    answer.putInto(response.headers());
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    BodySink to = startResponse(body.length);
    int status = response.status();
    boolean bodiless = request.method().equals("HEAD") || status == 204 || status == 304;
    var bytes = ByteBuffer.wrap(body, 0, bodiless ? 0 : body.length);
    new WholeBody(to, bytes, _ -> clientWentAway()).run();
  }

  // How it ends.

  @Override
  public final void whenAbandoned(Runnable cleanup) {
    if (completed) {
      cleanup.run();
    } else {
      abandoned = cleanup;
    }
  }

  @Override
  public final void whenOver(Runnable told) {
    if (completed) {
      told.run();
      return;
    }
    if (toldWhenOver.isEmpty()) {
      toldWhenOver = new ArrayList<>(2);
    }
    toldWhenOver.add(told);
  }

  /** The answer is whole, though perhaps not out yet. */
  final void answerWhole() {
    abandoned = null;
  }

  /** One way of the tunnel has ended; with the second one, all has. */
  void tunnelHalfEnded() {
    if (++halvesEnded == 2) {
      abandoned = null;
      complete();
    }
  }

  final void clientWentAway() {
    clientLost = true;
    abandon(new Failure.ClientFault(CLIENT_GONE, "the client went away"));
  }

  /** Fails while others work for the answer, who are told. */
  final void abandon(Failure failure) {
    Runnable cleanup = abandoned;
    fail(failure);
    if (cleanup != null) {
      cleanup.run();
    }
  }

  /** The node itself ended the connection. On any thread. */
  final void cutOff() {
    Runnable cleanup = abandoned;
    complete();
    if (cleanup != null) {
      ioThread.execute(cleanup);
    }
  }

  @Override
  public final void fail(Failure failure) {
    if (completed) {
      return;
    }
    boolean tooSlow = source.timedOut();
    Failure known = tooSlow ? FailureResponder.TOO_SLOW : failure;
    trail.failed(known);
    FailureResponder.log(known, request);
    abandoned = null;
    clientGone =
        clientLost
            || (!tooSlow
                && failure instanceof Failure.ClientFault(int status, _)
                && status == CLIENT_GONE);
    if (!clientGone && isTakenBack()) {
      sink = null;
      stepsRun = false;
    }
    if (sink != null || clientLost || !isAnswered(known)) {
      // Where the head is out, only an end that comes early tells that the answer is not whole.
      try {
        complete();
      } finally {
        breakOff(clientGone);
      }
    }
  }

  /** Whether there was an answer of which nothing is out, so that another can take its place. */
  private boolean isTakenBack() {
    ClientSink opened = sink;
    return opened != null && tunnelled == null && opened.takeBack();
  }

  /** Tells the client of a failure, if that does not fail, too. */
  private boolean isAnswered(Failure failure) {
    try {
      answerHeaders.clear();
      respond(FailureResponder.answer(failure));
      return true;
    } catch (OutOfMemoryError e) {
      LOG.debug("no memory is left for the answer to a failure", e);
      return false;
    } catch (RuntimeException | Error e) {
      LOG.error("a request failed here, and so did the answer to that", e);
      return false;
    }
  }

  final boolean isCompleted() {
    return completed;
  }

  final void complete() {
    if (completed) {
      return;
    }
    completed = true;
    source.release();
    ClientSink to = sink;
    if (to != null) {
      to.release();
    }
    over();
    toldWhenOver.forEach(Runnable::run);
    if (!observers.isEmpty()) {
      tellObservers(to == null ? 0 : to.bytes());
    }
  }

  private void tellObservers(long sent) {
    ClientSource tunnel = tunnelled;
    if (clientGone && tunnel == null) {
      response.status(CLIENT_GONE);
    }
    long now = System.nanoTime();
    Duration duration = Duration.ofNanos(now - startedAt);
    var seen =
        new CompletedExchange(
            request,
            host,
            target,
            protocol(),
            response,
            trail,
            Instant.now().minus(duration),
            duration,
            now,
            source.bytes() + (tunnel == null ? 0 : tunnel.bytes()),
            sent);
    for (ExchangeObserver observer : observers) {
      observer.completed(seen);
    }
  }
}
