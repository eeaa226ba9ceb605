package io.phalanx.node.entrypoint;

import io.phalanx.node.entrypoint.AnswerHead.Framing;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.exchange.Tunnel;
import io.undertow.server.Connectors;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/** One request that Undertow parsed. Lives on the I/O thread of its connection. */
final class UndertowExchange implements Exchange, ExchangeCompletionListener {
  private static final int CLIENT_GONE = 499;
  private static final int SWITCHING_PROTOCOLS = 101;

  private final HttpServerExchange exchange;
  private final HttpServerConnection connection;
  private final RequestHead request;
  private final String host;
  private final String target;
  private final List<ExchangeObserver> observers;
  private final Runnable whenOver;
  private final long startedAt;
  private final UndertowBodySource source;
  private final HeaderLines answerHeaders = new HeaderLines();
  private final ResponseHead response = new ResponseHead(200, answerHeaders);
  private final Trail trail = new Trail();
  private List<ResponseStep> steps = List.of();
  private List<Runnable> toldWhenOver = List.of();
  private @Nullable Runnable abandoned;
  private @Nullable AnswerSink sink;
  private @Nullable TunnelSource tunnelled;
  private int halvesEnded;
  private boolean suspended;
  private boolean completed;
  private boolean clientGone;
  private boolean connectionLost;

  /**
   * @param whenOver called once, when nothing of the exchange is left to do
   */
  UndertowExchange(
      HttpServerExchange exchange,
      HttpServerConnection connection,
      RequestHead request,
      UndertowBodySource source,
      List<ExchangeObserver> observers,
      Runnable whenOver,
      long startedAt) {
    this.exchange = exchange;
    this.connection = connection;
    this.request = request;
    this.source = source;
    this.observers = observers;
    this.whenOver = whenOver;
    this.startedAt = startedAt;
    this.host = request.host();
    this.target = observers.isEmpty() ? "" : request.target();
    exchange.addExchangeCompleteListener(this);
  }

  /** Lets {@code handler} answer, or promise to. */
  void handle(ExchangeHandler handler) {
    try {
      handler.handle(this);
      if (!suspended && sink == null && !completed) {
        throw new IllegalStateException("the handler neither answered nor suspended the exchange");
      }
    } catch (RuntimeException e) {
      fail(new Failure.NodeFault(String.valueOf(e.getMessage()), e));
    }
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public BodySource requestBody() {
    return source;
  }

  @Override
  public IoThread ioThread() {
    return new ConnectionThread(exchange.getIoThread());
  }

  @Override
  public void suspend() {
    suspended = true;
  }

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {
    if (completed || sink != null || !exchange.isHttp11()) {
      return;
    }
    var headers = new HeaderLines();
    fill.accept(headers);
    if (!InterimHead.send(connection, status, headers)) {
      clientWentAway();
    }
  }

  @Override
  public ResponseHead response() {
    return response;
  }

  @Override
  public Trail trail() {
    return trail;
  }

  @Override
  public void addResponseStep(ResponseStep step) {
    if (steps.isEmpty()) {
      steps = new ArrayList<>(4);
    }
    steps.add(step);
  }

  @Override
  public void whenAbandoned(Runnable cleanup) {
    if (completed) {
      cleanup.run();
    } else {
      abandoned = cleanup;
    }
  }

  @Override
  public void whenOver(Runnable told) {
    if (completed) {
      told.run();
      return;
    }
    if (toldWhenOver.isEmpty()) {
      toldWhenOver = new ArrayList<>(2);
    }
    toldWhenOver.add(told);
  }

  @Override
  public BodySink startResponse(long length) {
    if (completed) {
      return LostSink.INSTANCE;
    }
    runSteps();
    if (!source.isFinished() && source.bytes() == 0 && !source.isLeftAtMost(DiscardedBody.MOST)) {
      // It will perhaps never be read, and a client that is told so now may stop sending.
      exchange.setPersistent(false);
    }
    AnswerHead head = AnswerHead.ofThread();
    int headLength = head.write(exchange, response, answerHeaders, length);
    var opened = new AnswerSink(this, exchange, connection, head, headLength, length);
    sink = opened;
    return opened;
  }

  @Override
  public Tunnel startTunnel() {
    if (request.upgrade().isEmpty() || !source.isFinished()) {
      throw new IllegalStateException("no upgrade was asked for, or not all was read before it");
    }
    var opened = new TunnelSource(connection, this::tunnelHalfEnded);
    tunnelled = opened;
    if (completed) {
      return new Tunnel(opened, LostSink.INSTANCE);
    }
    runSteps();
    response.status(SWITCHING_PROTOCOLS);
    AnswerHead head = AnswerHead.ofThread();
    int headLength = head.write(exchange, response, answerHeaders, Framing.TUNNEL, -1);
    var to = new AnswerSink(this, exchange, connection, head, headLength, -1);
    sink = to;
    connection.addCloseListener(_ -> ioThread().execute(this::clientWentAway));
    return new Tunnel(opened, to);
  }

  /** One way of the tunnel has ended; with the second one, all has. */
  void tunnelHalfEnded() {
    if (++halvesEnded == 2) {
      abandoned = null;
      complete();
      IoUtils.safeClose(connection);
    }
  }

  /** Each step sees the head once, even if one of them fails. */
  private void runSteps() {
    List<ResponseStep> all = steps;
    steps = List.of();
    for (int i = all.size() - 1; i >= 0; i--) {
      all.get(i).onResponse(response);
    }
  }

  @Override
  public void respond(Answer answer) {
    if (completed) {
      return;
    }
    response.status(answer.status());
    for (Answer.Field field : answer.headers()) {
      response.headers().set(field.name(), field.value());
    }
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    BodySink to = startResponse(body.length);
    int status = response.status();
    boolean bodiless = request.method().equals("HEAD") || status == 204 || status == 304;
    var bytes = ByteBuffer.wrap(body, 0, bodiless ? 0 : body.length);
    new WholeBody(to, bytes, this::clientWentAway).run();
  }

  /** The answer is whole, though perhaps not out yet. */
  void answerEnded() {
    abandoned = null;
  }

  /** The answer is out; whatever the client still sends is of no interest to anyone. */
  void answerSent() {
    if (completed || source.isFinished()) {
      return;
    }
    complete();
    if (source.isLeaveAwaited()) {
      exchange.setPersistent(false);
      Connectors.terminateRequest(exchange);
    } else {
      new DiscardedBody(exchange, source).start();
    }
  }

  void clientWentAway() {
    Runnable cleanup = abandoned;
    connectionLost = true;
    fail(new Failure.ClientFault(CLIENT_GONE, "the client went away"));
    if (cleanup != null) {
      cleanup.run();
    }
  }

  @Override
  public void fail(Failure failure) {
    if (completed) {
      return;
    }
    boolean tooSlow = source.timedOut();
    Failure known = tooSlow ? FailureResponder.TOO_SLOW : failure;
    trail.failed(known);
    FailureResponder.log(known, request);
    abandoned = null;
    clientGone =
        connectionLost
            || (failure instanceof Failure.ClientFault(int status, _)
                && status == CLIENT_GONE
                && !tooSlow);
    if (sink == null && !connectionLost) {
      answerHeaders.clear();
      if (failure instanceof Failure.ClientFault) {
        exchange.setPersistent(false);
      }
      respond(FailureResponder.answer(known));
      return;
    }
    // The head is out: only a connection that ends early tells the client that the answer is not
    // whole.
    IoUtils.safeClose(connection);
    complete();
  }

  /** Undertow is through with request and answer. */
  @Override
  public void exchangeEvent(HttpServerExchange done, NextListener next) {
    try {
      complete();
    } finally {
      next.proceed();
    }
  }

  private void complete() {
    if (completed) {
      return;
    }
    completed = true;
    source.release();
    AnswerSink to = sink;
    if (to != null) {
      to.release();
    }
    whenOver.run();
    toldWhenOver.forEach(Runnable::run);
    if (observers.isEmpty()) {
      return;
    }
    TunnelSource tunnel = tunnelled;
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
            exchange.getProtocol().toString(),
            response,
            trail,
            Instant.now().minus(duration),
            duration,
            now,
            source.bytes() + (tunnel == null ? 0 : tunnel.bytes()),
            to == null ? 0 : to.bytes());
    for (ExchangeObserver observer : observers) {
      observer.completed(seen);
    }
  }
}
