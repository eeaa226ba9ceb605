package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trail;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/** One request that Undertow parsed. Lives on the I/O thread of its connection. */
final class UndertowExchange implements Exchange, ExchangeCompletionListener, Executor {
  /**
   * A request body that nobody read is read to its end behind the answer up to this size; beyond it
   * the connection ends.
   */
  private static final long MAX_DISCARDED = 256 << 10;

  private static final int CLIENT_GONE = 499;

  private final HttpServerExchange exchange;
  private final RequestHead request;
  private final String host;
  private final String target;
  private final List<ExchangeObserver> observers;
  private final LongAdder ended;
  private final long startedAt;
  private final UndertowBodySource source;
  private final ResponseHead response;
  private final Trail trail = new Trail();
  private @Nullable List<ResponseStep> steps;
  private @Nullable UndertowBodySink sink;
  private boolean completed;
  private boolean clientGone;

  UndertowExchange(
      HttpServerExchange exchange,
      RequestHead request,
      List<ExchangeObserver> observers,
      LongAdder ended,
      long startedAt) {
    this.exchange = exchange;
    this.request = request;
    this.host = request.host();
    this.target = request.target();
    this.observers = observers;
    this.ended = ended;
    this.startedAt = startedAt;
    this.source = new UndertowBodySource(exchange);
    this.response = new ResponseHead(200, new UndertowHeaders(exchange.getResponseHeaders()));
    exchange.addExchangeCompleteListener(this);
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
    if (exchange.isInIoThread()) {
      task.run();
    } else {
      exchange.getIoThread().execute(task);
    }
  }

  /** Nothing to do: an exchange that its handler left stays open until it is answered. */
  @Override
  public void suspend() {}

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
    List<ResponseStep> all = steps;
    if (all == null) {
      all = new ArrayList<>(4);
      steps = all;
    }
    all.add(step);
  }

  @Override
  public BodySink startResponse(long length) {
    List<ResponseStep> all = steps;
    if (all != null) {
      for (int i = all.size() - 1; i >= 0; i--) {
        all.get(i).onResponse(response);
      }
    }
    exchange.setStatusCode(response.status());
    if (length >= 0) {
      exchange.setResponseContentLength(length);
    } else {
      exchange.getResponseHeaders().remove(Headers.CONTENT_LENGTH);
      if (exchange.isHttp11() && !request.method().equals("HEAD")) {
        // Said outright, or Undertow lets the body of a last answer end with the connection, and a
        // client could take a part for the whole.
        exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, "chunked");
      }
    }
    if (!source.isFinished() && (source.length() < 0 || source.length() > MAX_DISCARDED)) {
      // Whether the body will be read is not known yet; a client that is told so early stops
      // sending.
      markLastUnlessRead();
    }
    var opened = new UndertowBodySink(exchange.getResponseChannel());
    sink = opened;
    return opened;
  }

  private void markLastUnlessRead() {
    if (source.bytes() == 0) {
      exchange.setPersistent(false);
    }
  }

  @Override
  public void respond(Answer answer) {
    response.status(answer.status());
    for (Answer.Field field : answer.headers()) {
      response.headers().set(field.name(), field.value());
    }
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    boolean bodiless =
        request.method().equals("HEAD") || answer.status() == 204 || answer.status() == 304;
    BodySink to = startResponse(body.length);
    new WholeBody(to, ByteBuffer.wrap(bodiless ? new byte[0] : body)).run();
  }

  /** Writes a body that is all there. */
  private final class WholeBody implements Runnable {
    private final BodySink to;
    private final ByteBuffer body;

    WholeBody(BodySink to, ByteBuffer body) {
      this.to = to;
      this.body = body;
    }

    @Override
    public void run() {
      try {
        while (body.hasRemaining()) {
          if (to.write(body) == 0) {
            to.whenWritable(this);
            return;
          }
        }
        if (to.finish()) {
          discardRest();
        } else {
          to.whenWritable(this);
        }
      } catch (IOException _) {
        fail(new Failure.ClientFault(CLIENT_GONE, "the client went away"));
      }
    }
  }

  /**
   * Behind an answer that came early: reads what the client still sends, or ends the connection.
   */
  private void discardRest() {
    if (source.isFinished()) {
      return;
    }
    if (exchange.isPersistent()
        && source.length() >= 0
        && source.length() - source.bytes() <= MAX_DISCARDED) {
      exchange.endExchange();
    } else {
      IoUtils.safeClose(exchange.getConnection());
      complete();
    }
  }

  @Override
  public void fail(Failure failure) {
    FailureResponder.log(failure, request);
    if (failure instanceof Failure.ClientFault fault && fault.status() == CLIENT_GONE) {
      clientGone = true;
    }
    if (sink == null && !clientGone) {
      exchange.getResponseHeaders().clear();
      respond(FailureResponder.answer(failure));
      return;
    }
    // The head is out: only a connection that ends early tells the client that the answer is not
    // whole.
    IoUtils.safeClose(exchange.getConnection());
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
    ended.increment();
    if (observers.isEmpty()) {
      return;
    }
    if (clientGone) {
      response.status(CLIENT_GONE);
    }
    UndertowBodySink to = sink;
    Duration duration = Duration.ofNanos(System.nanoTime() - startedAt);
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
            source.bytes(),
            to == null ? 0 : to.bytes());
    for (ExchangeObserver observer : observers) {
      observer.completed(seen);
    }
  }
}
