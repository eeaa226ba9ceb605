package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.http2.ErrorCode;
import io.phalanx.node.http2.Fields;
import io.phalanx.node.http2.HeadWriter;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.StreamListener;
import io.phalanx.node.http2.StreamResetException;
import java.time.Duration;
import java.util.function.Consumer;

/** One request that came by a stream. */
final class Http2Exchange extends ClientExchange implements StreamListener {
  /** Of a server that answers a request for an upgrade as if it were any request. */
  private static final int REFUSED_UPGRADE = 502;

  private static final HeaderName EXPECT = HeaderName.of("Expect");
  private static final HeaderName WEBSOCKET_ACCEPT = HeaderName.of("Sec-WebSocket-Accept");

  private final Http2Client client;
  private final Http2Stream stream;

  Http2Exchange(
      Http2Client client, Http2Stream stream, Fields head, RequestHead request, long startedAt) {
    var source =
        new Http2BodySource(
            stream,
            client.ioThread(),
            client.owner().options().readTimeout(),
            stream.isInputEnded() || !request.upgrade().isEmpty() ? 0 : head.contentLength());
    super(
        client.connection(),
        request,
        source,
        client.ioThread(),
        client.owner().observers(),
        startedAt);
    this.client = client;
    this.stream = stream;
    if (source.length() != 0 && request.headers().contains(EXPECT)) {
      source.awaitLeave(() -> sendInterim(100, _ -> {}));
    }
    stream.listen(this);
  }

  @Override
  String protocol() {
    return "HTTP/2.0";
  }

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {
    if (isCompleted() || sink() != null || client.isStuck() || stream.isOver()) {
      return;
    }
    var headers = new HeaderLines();
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
  BodySink open(long length) {
    if (!request().upgrade().isEmpty() && response().status() / 100 == 2) {
      // It would tell the client that it has its tunnel.
      response().status(REFUSED_UPGRADE);
    }
    return open(length, this::answerEnded);
  }

  private BodySink open(long length, Runnable whenEnded) {
    runSteps();
    boolean toHead = request().method().equals("HEAD");
    int status = response().status();
    var opened =
        new Http2BodySink(
            stream,
            () -> Http2AnswerHead.send(stream, response(), answerHeaders(), length, toHead),
            toHead || status == 204 || status == 304,
            whenEnded);
    Duration most = client.owner().longestStall();
    opened.limitWaiting(most, client.ioThread(), this::clientWentAway);
    return sendingTo(opened);
  }

  @Override
  ClientSource openTunnel() {
    var from = new Http2BodySource(stream, client.ioThread(), Duration.ZERO, -1);
    from.whenEnded(this::tunnelHalfEnded);
    return from;
  }

  @Override
  BodySink grantTunnel() {
    response().status(200);
    answerHeaders().remove(WEBSOCKET_ACCEPT);
    return open(-1, this::tunnelHalfEnded);
  }

  /** The answer is whole; what the client still sends is of no interest to anyone. */
  private void answerEnded() {
    answerWhole();
    complete();
    stream.discardInput();
    stream.reset(ErrorCode.NO_ERROR);
  }

  @Override
  public void readable() {
    guarded(source()::wake);
  }

  @Override
  public void writable() {
    ClientSink to = sink();
    if (to != null) {
      guarded(to::wake);
    }
  }

  @Override
  public void reset(ErrorCode code, boolean byPeer) {
    clientWentAway();
  }

  @Override
  void breakOff(boolean clientGone) {
    try {
      stream.reset(clientGone ? ErrorCode.CANCEL : ErrorCode.INTERNAL_ERROR);
    } catch (OutOfMemoryError _) {
      client.close();
    }
  }

  @Override
  void over() {
    client.exchangeOver();
  }
}
