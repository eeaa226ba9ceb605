package io.phalanx.node.entrypoint;

import io.phalanx.node.entrypoint.AnswerHead.Framing;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import io.undertow.server.Connectors;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.util.List;
import java.util.function.Consumer;
import org.xnio.IoUtils;
import org.xnio.XnioIoThread;

/** One request that Undertow parsed. */
final class UndertowExchange extends ClientExchange implements ExchangeCompletionListener {
  private static final int SWITCHING_PROTOCOLS = 101;

  private final HttpServerExchange exchange;
  private final HttpServerConnection connection;
  private final UndertowBodySource source;
  private final Runnable whenOver;
  private boolean answerOut;

  /**
   * @param whenOver called once, when nothing of the exchange is left to do
   */
  UndertowExchange(
      HttpServerExchange exchange,
      ConnectionState state,
      RequestHead request,
      UndertowBodySource source,
      List<ExchangeObserver> observers,
      Runnable whenOver,
      long startedAt) {
    super(state.client(), request, source, state.http().getIoThread(), observers, startedAt);
    this.exchange = exchange;
    this.connection = state.http();
    this.source = source;
    this.whenOver = whenOver;
    exchange.addExchangeCompleteListener(this);
  }

  @Override
  String protocol() {
    return exchange.getProtocol().toString();
  }

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {
    if (isCompleted() || sink() != null || !exchange.isHttp11()) {
      return;
    }
    var headers = new HeaderLines();
    fill.accept(headers);
    if (InterimHead.send(connection, status, headers) == InterimHead.Outcome.LOST) {
      clientWentAway();
    }
  }

  @Override
  BodySink open(long length) {
    runSteps();
    if (isClientAtFault() || isMuchLeft()) {
      exchange.setPersistent(false);
    }
    AnswerHead head = AnswerHead.ofThread();
    int headLength = head.write(exchange, response(), answerHeaders(), length);
    return sendingTo(new AnswerSink(this, exchange, connection, head, headLength, length));
  }

  private boolean isClientAtFault() {
    return trail().failure().filter(Failure.ClientFault.class::isInstance).isPresent();
  }

  /** The body will perhaps never be read, and a client that is told so now may stop sending. */
  private boolean isMuchLeft() {
    return !source.isFinished() && source.bytes() == 0 && !source.isLeftAtMost(DiscardedBody.MOST);
  }

  @Override
  ClientSource openTunnel() {
    if (!source.isFinished()) {
      throw new IllegalStateException("not all was read before the upgrade");
    }
    return new TunnelSource(connection, this::tunnelHalfEnded);
  }

  @Override
  BodySink grantTunnel() {
    runSteps();
    response().status(SWITCHING_PROTOCOLS);
    AnswerHead head = AnswerHead.ofThread();
    int headLength = head.write(exchange, response(), answerHeaders(), Framing.TUNNEL, -1);
    BodySink to = sendingTo(new AnswerSink(this, exchange, connection, head, headLength, -1));
    connection.addCloseListener(_ -> ioThread().execute(this::clientWentAway));
    return to;
  }

  @Override
  void tunnelHalfEnded() {
    super.tunnelHalfEnded();
    if (isCompleted()) {
      IoUtils.safeClose(connection);
    }
  }

  /** The socket has taken all of the answer. */
  void answerOut() {
    answerOut = true;
  }

  /** The answer is out; whatever the client still sends is of no interest to anyone. */
  void answerSent() {
    if (isCompleted() || source.isFinished()) {
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

  /** The client ended its request before anybody read its body, but may still listen. */
  void brokeOff() {
    source.brokeOff();
    abandon(new Failure.ClientFault(CLIENT_GONE, "the client ended its request"));
  }

  /** What the client sent ahead of its answer finds no room. */
  void sentTooMuch() {
    exchange.setPersistent(false);
    abandon(new Failure.NoRoom("no room is left for what clients send ahead"));
  }

  /** Bytes of the answer that were taken until now. */
  long sent() {
    ClientSink to = sink();
    return to == null ? 0 : to.bytes();
  }

  @Override
  void breakOff(boolean clientGone) {
    IoUtils.safeClose(connection);
  }

  @Override
  void over() {
    whenOver.run();
  }

  /**
   * Undertow is through with request and answer, or the connection was closed under it. Whoever
   * works for an answer that is not out is told. On another thread it is the node that ends.
   */
  @Override
  public void exchangeEvent(HttpServerExchange done, NextListener next) {
    try {
      if (answerOut) {
        complete();
      } else if (XnioIoThread.currentThread() == connection.getIoThread()) {
        clientWentAway();
      } else {
        cutOff();
      }
    } finally {
      next.proceed();
    }
  }
}
