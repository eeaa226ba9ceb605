package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.http2.ErrorCode;
import io.phalanx.node.http2.Fields;
import io.phalanx.node.http2.HeadWriter;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.StreamListener;
import io.phalanx.node.http2.StreamResetException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request that came by a stream. Lives on the I/O thread of its connection. */
final class Http2Exchange implements Exchange, StreamListener, Executor {
  private static final String PROTOCOL = "HTTP/2.0";
  private static final int CLIENT_GONE = 499;

  /** Of a server that answers a request for an upgrade as if it were any request. */
  private static final int REFUSED_UPGRADE = 502;

  private static final HeaderName EXPECT = HeaderName.of("Expect");
  private static final HeaderName WEBSOCKET_ACCEPT = HeaderName.of("Sec-WebSocket-Accept");

  private final Http2Client client;
  private final Http2Stream stream;
  private final RequestHead request;
  private final String host;
  private final String target;
  private final long startedAt;
  private final Http2BodySource source;
  private final AnswerHeaders answerHeaders = new AnswerHeaders();
  private final ResponseHead response = new ResponseHead(200, answerHeaders);
  private final Trail trail = new Trail();
  private List<ResponseStep> steps = List.of();
  private @Nullable Runnable abandoned;
  private @Nullable Http2BodySink sink;
  private @Nullable Http2BodySource tunnelled;
  private int halvesEnded;
  private boolean suspended;
  private boolean completed;
  private boolean clientGone;

  Http2Exchange(
      Http2Client client, Http2Stream stream, Fields head, RequestHead request, long startedAt) {
    this.client = client;
    this.stream = stream;
    this.request = request;
    this.startedAt = startedAt;
    this.host = request.host();
    this.target = client.owner().observers().isEmpty() ? "" : request.target();
    boolean bodiless = stream.isInputEnded() || !request.upgrade().isEmpty();
    this.source =
        new Http2BodySource(
            stream,
            client.ioThread(),
            client.owner().options().readTimeout(),
            bodiless ? 0 : head.contentLength(),
            this::giveLeave);
    stream.listen(this);
  }

  /** Lets the handler answer, or promise to. */
  void handle() {
    try {
      client.owner().handler().handle(this);
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
  public Executor ioThread() {
    return this;
  }

  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread() == client.ioThread()) {
      task.run();
    } else {
      client.ioThread().execute(task);
    }
  }

  @Override
  public void suspend() {
    suspended = true;
  }

  /** The client may wait for leave to send its body. */
  private void giveLeave() {
    if (sink == null && !stream.isInputEnded() && request.headers().contains(EXPECT)) {
      sendInterim(100, _ -> {});
    }
  }

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {
    if (completed || sink != null || client.isStuck() || stream.isOver()) {
      return;
    }
    var headers = new AnswerHeaders();
    fill.accept(headers);
    try {
      HeadWriter head = stream.newHead().status(status);
      headers.forEach(head);
      stream.sendInterim(head);
    } catch (StreamResetException _) {
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
  public BodySink startResponse(long length) {
    if (completed) {
      return LostSink.INSTANCE;
    }
    if (!request.upgrade().isEmpty() && response.status() / 100 == 2) {
      // It would tell the client that it has its tunnel.
      response.status(REFUSED_UPGRADE);
    }
    return start(length, this::answerEnded);
  }

  private BodySink start(long length, Runnable whenEnded) {
    runSteps();
    var opened = new Http2BodySink(stream, whenEnded);
    try {
      boolean toHead = request.method().equals("HEAD");
      Http2AnswerHead.send(stream, response, answerHeaders, length, toHead);
    } catch (StreamResetException _) {
      clientWentAway();
      return LostSink.INSTANCE;
    }
    Duration most = client.owner().longestStall();
    opened.limitWaiting(most, client.ioThread(), this::clientWentAway);
    sink = opened;
    return opened;
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
  public Tunnel startTunnel() {
    if (request.upgrade().isEmpty()) {
      throw new IllegalStateException("no upgrade was asked for");
    }
    var from = new Http2BodySource(stream, client.ioThread(), Duration.ZERO, -1, () -> {});
    from.whenEnded(this::tunnelHalfEnded);
    tunnelled = from;
    if (completed) {
      return new Tunnel(from, LostSink.INSTANCE);
    }
    response.status(200);
    answerHeaders.remove(WEBSOCKET_ACCEPT);
    return new Tunnel(from, start(-1, this::tunnelHalfEnded));
  }

  /** One way of the tunnel has ended; with the second one, all has. */
  private void tunnelHalfEnded() {
    if (++halvesEnded == 2) {
      complete();
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

  /** The answer is whole; what the client still sends is of no interest to anyone. */
  private void answerEnded() {
    complete();
    stream.discardInput();
    stream.reset(ErrorCode.NO_ERROR);
  }

  @Override
  public void readable() {
    Http2BodySource tunnel = tunnelled;
    if (tunnel == null) {
      source.wake();
    } else {
      tunnel.wake();
    }
  }

  @Override
  public void writable() {
    Http2BodySink to = sink;
    if (to != null) {
      to.wake();
    }
  }

  @Override
  public void reset(ErrorCode code, boolean byPeer) {
    clientWentAway();
  }

  private void clientWentAway() {
    Runnable cleanup = abandoned;
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
        !tooSlow && failure instanceof Failure.ClientFault(int status, _) && status == CLIENT_GONE;
    if (sink == null && !clientGone) {
      answerHeaders.clear();
      respond(FailureResponder.answer(known));
      return;
    }
    // The head is out: only a stream that ends early tells the client that the answer is not whole.
    complete();
    stream.reset(clientGone ? ErrorCode.CANCEL : ErrorCode.INTERNAL_ERROR);
  }

  private void complete() {
    if (completed) {
      return;
    }
    completed = true;
    abandoned = null;
    source.release();
    Http2BodySink to = sink;
    if (to != null) {
      to.release();
    }
    client.exchangeOver();
    List<ExchangeObserver> observers = client.owner().observers();
    if (observers.isEmpty()) {
      return;
    }
    Http2BodySource tunnel = tunnelled;
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
            PROTOCOL,
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
