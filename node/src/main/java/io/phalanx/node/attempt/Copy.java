package io.phalanx.node.attempt;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.ClientConnection;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.Lifetime;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.exchange.Tunnel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a request that is answered without a client: what comes back is looked at no further
 * than its status, and discarded. It has a minute, and its answer a megabyte.
 */
public final class Copy implements Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Copy.class);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final long MOST_BYTES = 1 << 20;

  private final ClientConnection client;
  private final RequestHead request;
  private final BodySource body;
  private final IoThread ioThread;
  private final Copies copies;
  private final Trail trail = new Trail();
  private final ResponseHead response = new ResponseHead(200, new HeaderLines());
  private final DiscardedAnswer sink = new DiscardedAnswer(MOST_BYTES, this::end);
  private final List<ResponseStep> steps = new ArrayList<>(2);
  private final Lifetime lifetime = new Lifetime();
  private final long startedAt = System.nanoTime();

  /**
   * @param client whose request is copied; it may have left by now
   * @param body all of it is there
   */
  public Copy(
      ClientConnection client,
      RequestHead request,
      BodySource body,
      IoThread ioThread,
      Copies copies) {
    this.client = client;
    this.request = request;
    this.body = body;
    this.ioThread = ioThread;
    this.copies = copies;
  }

  /** Has {@code target} answer. Called on the I/O thread. */
  public void send(ExchangeHandler target) {
    lifetime.whenOver(ioThread.after(LONGEST, this::expire));
    try {
      target.handle(this);
    } catch (RuntimeException | Error e) {
      fail(Failure.unforeseen(e));
    }
  }

  private void expire() {
    Runnable giveUp = lifetime.cleanup();
    fail(new Failure.ClientFault(499, "nobody waits for the answer any longer"));
    giveUp.run();
  }

  private void end() {
    if (!lifetime.end()) {
      return;
    }
    long now = System.nanoTime();
    Duration duration = Duration.ofNanos(now - startedAt);
    copies.completed(
        new CompletedExchange(
            request,
            request.host(),
            request.target(),
            "",
            response,
            trail,
            Instant.now().minus(duration),
            duration,
            now,
            Math.max(0, body.length()),
            sink.bytes()));
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public ClientConnection client() {
    return client;
  }

  @Override
  public BodySource requestBody() {
    return body;
  }

  @Override
  public IoThread ioThread() {
    return ioThread;
  }

  @Override
  public void suspend() {}

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {}

  @Override
  public ResponseHead response() {
    return response;
  }

  @Override
  public BodySink startResponse(long length) {
    for (int i = steps.size() - 1; i >= 0; i--) {
      steps.get(i).onResponse(response);
    }
    steps.clear();
    return sink;
  }

  @Override
  public Tunnel startTunnel() {
    throw new IllegalStateException("copies ask for no upgrade");
  }

  @Override
  public void respond(Answer answer) {
    response.status(answer.status());
    end();
  }

  @Override
  public void fail(Failure failure) {
    if (lifetime.isOver()) {
      return;
    }
    trail.failed(failure);
    if (trail.originStatus() < 0) {
      response.status(failure.status());
    }
    switch (failure) {
      case Failure.NodeFault fault ->
          LOG.error("a copy of a request failed here: {}", fault.reason(), fault.cause());
      case Failure.UpstreamFault _, Failure.NoServer _, Failure.NoRoom _, Failure.ClientFault _ ->
          LOG.debug("a copy of a request for {} failed: {}", trail.servedBy(), failure.reason());
    }
    end();
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
  public void addResponseStep(ResponseStep step) {
    steps.add(step);
  }

  @Override
  public Trail trail() {
    return trail;
  }
}
