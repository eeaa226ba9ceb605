package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure.NodeFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.http2.ErrorCode;
import io.phalanx.node.http2.Fields;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.StreamListener;
import io.phalanx.node.http2.StreamResetException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with a server on a stream of an HTTP/2 connection. Holds at most one buffer for each
 * direction; what the client does not take stays in the stream's window.
 */
final class UpstreamStream implements StreamListener, StalledClients.Holder {
  private enum Phase {
    AWAITING_HEAD,
    STREAMING,
    OVER
  }

  /** The buffer, and what the stream's window let come. */
  private static final long HELD_WHEN_STALLED = Buffers.SIZE + MultiplexedConnection.STREAM_WINDOW;

  private final MultiplexedConnection connection;
  private final Call call;
  private final Buffers buffers;
  private Phase phase = Phase.AWAITING_HEAD;
  private @Nullable Http2Stream stream;
  private @Nullable StreamSender sender;
  private @Nullable BodySink sink;
  private @Nullable ByteBuffer pending;
  private boolean awaitsClient;
  private boolean flushAsked;
  private int interim;
  private long relayed;
  private long sentAt;

  UpstreamStream(MultiplexedConnection connection, Call call) {
    this.connection = connection;
    this.call = call;
    this.buffers = connection.thread().buffers();
  }

  void start() {
    Exchange exchange = call.exchange();
    long length = exchange.requestBody().length();
    Http2RequestHead head = connection.thread().http2Head();
    try {
      head.prepare(call, length);
    } catch (IllegalArgumentException e) {
      end();
      exchange.fail(new NodeFault("the request cannot be sent as it was edited", e));
      return;
    }
    exchange.trail().sentTo(call.server().text(), connection.thread().now());
    Http2Stream opened =
        connection.engine().open(head.writeTo(connection.engine().newHead()), length == 0, this);
    stream = opened;
    sender = new StreamSender(this, opened, exchange.requestBody(), buffers);
    sentAt = connection.thread().now();
    exchange.whenAbandoned(
        () -> {
          if (cancel(ErrorCode.CANCEL)) {
            call.clientGone(new EOFException("it closed its connection"));
          }
        });
    pumpGuarded();
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      if (!cancel(ErrorCode.INTERNAL_ERROR)) {
        throw e;
      }
      call.exchange().fail(new NodeFault("forwarding failed", e));
    }
  }

  // The request.

  @Override
  public void writable() {
    pumpGuarded();
  }

  void pumpGuarded() {
    StreamSender sending = sender;
    if (sending != null && phase != Phase.OVER) {
      guarded(sending::pump);
    }
  }

  /** The client failed to send what it promised. */
  void bodyBrokeOff(IOException e) {
    if (cancel(ErrorCode.CANCEL)) {
      call.bodyBrokeOff(e);
    }
  }

  void requestSent() {
    sentAt = connection.thread().now();
  }

  private boolean isRequestSent() {
    StreamSender sending = sender;
    return sending != null && sending.isDone();
  }

  // The answer.

  @Override
  public void interim(Fields head) {
    if (++interim > ResponseHeadReader.MAX_INTERIM) {
      malformed("more than " + ResponseHeadReader.MAX_INTERIM + " interim answers");
    } else if (head.status() == ResponseHeadReader.CONTINUE && sender != null) {
      sender.goOn();
    } else if (phase != Phase.OVER) {
      guarded(
          () ->
              call.exchange()
                  .sendInterim(
                      head.status(), headers -> Http2AnswerHead.addTo(head, headers, false)));
    }
  }

  @Override
  public void answered(Fields head) {
    guarded(() -> startAnswer(head));
  }

  private void startAnswer(Fields head) {
    Http2Stream from = stream;
    if (from == null || phase == Phase.OVER) {
      return;
    }
    connection.answerCame();
    Exchange exchange = call.exchange();
    exchange.trail().answered(head.status(), connection.thread().now());
    ResponseHead response = exchange.response();
    response.status(head.status());
    long length = Http2AnswerHead.bodyLength(head, call.isHead(), from.isInputEnded());
    Http2AnswerHead.addTo(head, response.headers(), length < 0);
    phase = Phase.STREAMING;
    sink = exchange.startResponse(length);
  }

  @Override
  public void readable() {
    if (!awaitsClient) {
      guarded(this::relay);
    }
  }

  private void clientWritable() {
    guarded(this::relay);
  }

  @Override
  public void giveUp(IOException reason) {
    if (cancel(ErrorCode.CANCEL)) {
      call.clientGone(reason);
    }
  }

  /** Passes on what is there, until the client takes no more. */
  private void relay() {
    goesOn();
    Http2Stream from = stream;
    BodySink to = sink;
    if (from == null || to == null || phase != Phase.STREAMING) {
      return;
    }
    try {
      while (pushed(to)) {
        ByteBuffer in = buffers.take();
        int read = read(from, in);
        if (read > 0) {
          relayed += read;
          pending = in.flip();
          continue;
        }
        buffers.give(in);
        if (read < 0) {
          finishAnswer(from, to);
        } else {
          flushSoon();
        }
        return;
      }
    } catch (IOException e) {
      if (cancel(ErrorCode.CANCEL)) {
        call.clientGone(e);
      }
    }
  }

  private static int read(Http2Stream from, ByteBuffer in) {
    try {
      return from.read(in);
    } catch (StreamResetException _) {
      // Whoever reset it tells.
      return 0;
    }
  }

  /** Returns whether nothing is held; if something is, goes on when the client takes it. */
  @SuppressWarnings("ReferenceEquality") // Buffers are told apart by their identity.
  private boolean pushed(BodySink to) throws IOException {
    ByteBuffer held = pending;
    if (held == null) {
      return true;
    }
    while (held.hasRemaining()) {
      int written = to.write(held);
      if (pending != held) {
        // Writing was the end of the exchange, and of what it held.
        return false;
      }
      if (written == 0) {
        awaitClient(to);
        return false;
      }
    }
    pending = null;
    buffers.give(held);
    return true;
  }

  private void awaitClient(BodySink to) {
    awaitsClient = true;
    connection.thread().stalled().add(this, HELD_WHEN_STALLED);
    to.whenWritable(this::clientWritable);
  }

  private void goesOn() {
    if (awaitsClient) {
      awaitsClient = false;
      connection.thread().stalled().remove(this);
    }
  }

  private void flushSoon() {
    if (!flushAsked) {
      flushAsked = true;
      connection.flushAfterReading(this);
    }
  }

  /** Pushes out what the client's side may hold, because the server pauses. */
  void flushClient() {
    flushAsked = false;
    BodySink to = sink;
    if (to == null || phase != Phase.STREAMING || awaitsClient) {
      return;
    }
    try {
      if (!to.flush()) {
        awaitClient(to);
      }
    } catch (IOException e) {
      if (cancel(ErrorCode.CANCEL)) {
        call.clientGone(e);
      }
    }
  }

  private void finishAnswer(Http2Stream from, BodySink to) {
    Trailers trailers = Trailers.NONE;
    if (from.trailers().isPresent()) {
      try {
        trailers = Http2AnswerHead.trailers(from.trailers().get());
      } catch (IllegalArgumentException e) {
        malformed("the trailers are malformed: " + e.getMessage());
        return;
      }
    }
    if (!trailers.isEmpty()) {
      to.trailers(trailers);
    }
    if (isRequestSent()) {
      end();
    } else {
      // What of the request was not sent by now is of no interest to the server.
      cancel(ErrorCode.CANCEL);
    }
    call.finish(to);
  }

  // What goes wrong.

  private void malformed(String reason) {
    Stage stage = stage();
    if (cancel(ErrorCode.PROTOCOL_ERROR)) {
      call.fail(stage, Kind.PROTOCOL, reason);
    }
  }

  private Stage stage() {
    if (phase == Phase.STREAMING) {
      return Stage.STREAMING;
    }
    return isRequestSent() ? Stage.AWAITING_HEAD : Stage.SENDING;
  }

  @Override
  public void reset(ErrorCode code, boolean byPeer) {
    Http2Stream over = stream;
    if (phase == Phase.OVER || over == null) {
      return;
    }
    if (connection.engine().isOver()) {
      connection.lostWithConnection(this);
      return;
    }
    if (code == ErrorCode.NO_ERROR && over.isInputEnded() && phase == Phase.STREAMING) {
      // The whole answer is here, and the rest of the request is not wanted.
      stopSending();
      return;
    }
    boolean refused = byPeer && code == ErrorCode.REFUSED_STREAM;
    boolean elsewhere =
        byPeer && code == ErrorCode.HTTP_1_1_REQUIRED && interim == 0 && call.isIdempotent();
    boolean again = (refused || elsewhere) && isUntouched() && mayBeSentAgain();
    Stage stage = stage();
    end();
    if (again) {
      if (refused && !connection.engine().isGoingAway()) {
        connection.refused();
      }
      sendAgain(refused ? call.again() : call.againOverHttp1());
    } else if (byPeer) {
      call.fail(stage, Kind.CLOSED, "the server reset the stream: " + code);
    } else {
      call.fail(stage, Kind.PROTOCOL, "the server's answer is malformed: " + code);
    }
  }

  /** Not from within the engine. */
  private void sendAgain(Call repeated) {
    connection.thread().execute(() -> connection.pool().send(repeated));
  }

  /** The server was never told how many it takes: that it refuses more is no failure of it. */
  private boolean mayBeSentAgain() {
    return call.mayBeSentAgain() || !connection.engine().isIntroduced();
  }

  private boolean isUntouched() {
    StreamSender sending = sender;
    return phase == Phase.AWAITING_HEAD && (sending == null || !sending.isBodyTouched());
  }

  /** The connection is gone, and this stream with it. */
  void connectionEnded(ErrorCode code, String reason) {
    if (phase == Phase.OVER) {
      return;
    }
    boolean again =
        code == ErrorCode.NO_ERROR
            && connection.hasAnswered()
            && isUntouched()
            && interim == 0
            && call.isIdempotent()
            && call.mayBeSentAgain();
    Stage stage = stage();
    end();
    if (again) {
      sendAgain(call.again());
    } else {
      call.fail(stage, code == ErrorCode.NO_ERROR ? Kind.CLOSED : Kind.PROTOCOL, reason);
    }
  }

  void check(long now) {
    long limit = connection.pool().transport().responseHeaderTimeout();
    if (phase == Phase.AWAITING_HEAD && isRequestSent() && limit > 0 && now - sentAt >= limit) {
      cancel(ErrorCode.CANCEL);
      call.fail(Stage.AWAITING_HEAD, Kind.TIMEOUT, "the server took too long to answer");
    } else if (phase == Phase.AWAITING_HEAD
        && sender != null
        && sender.isHeldBack()
        && now - sentAt >= UpstreamConnection.CONTINUE_NANOS) {
      sender.goOn();
    }
  }

  /** Ends the stream on this side. Returns false if it was over before. */
  private boolean cancel(ErrorCode code) {
    if (phase == Phase.OVER) {
      return false;
    }
    Http2Stream open = stream;
    end();
    if (open != null) {
      open.reset(code);
    }
    return true;
  }

  private void end() {
    if (phase == Phase.STREAMING) {
      call.exchange().trail().originBytes(relayed);
    }
    phase = Phase.OVER;
    sink = null;
    goesOn();
    stopSending();
    ByteBuffer held = pending;
    pending = null;
    if (held != null) {
      buffers.give(held);
    }
    connection.over(this);
  }

  private void stopSending() {
    if (sender != null) {
      sender.stop();
    }
  }
}
