package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Failure.NodeFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.http2.ErrorCode;
import io.phalanx.node.http2.Fields;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.StreamListener;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with a server on a stream of an HTTP/2 connection: what is known of both ways, and
 * what becomes of it when something goes wrong.
 */
final class UpstreamStream implements StreamListener {
  private enum Phase {
    AWAITING_HEAD,
    STREAMING,
    OVER
  }

  private final MultiplexedConnection connection;
  private final Call call;
  private Phase phase = Phase.AWAITING_HEAD;
  private @Nullable Http2Stream stream;
  private @Nullable StreamSender sender;
  private @Nullable StreamRelay relay;
  private int interim;
  private long sentAt;

  UpstreamStream(MultiplexedConnection connection, Call call) {
    this.connection = connection;
    this.call = call;
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
    sender = new StreamSender(this, opened, exchange.requestBody(), connection.thread());
    relay = new StreamRelay(this, connection, opened);
    sentAt = connection.thread().now();
    exchange.whenAbandoned(() -> clientGone(new EOFException("it closed its connection")));
    pumpGuarded();
  }

  /** Runs {@code step}; what goes wrong unforeseen ends this stream and its exchange. */
  void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      if (phase == Phase.OVER) {
        throw e;
      }
      try {
        cancel(ErrorCode.INTERNAL_ERROR);
      } finally {
        call.exchange().fail(Failure.unforeseen(e));
      }
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

  /** Nobody takes the answer. */
  void clientGone(IOException e) {
    if (cancel(ErrorCode.CANCEL)) {
      call.clientGone(e);
    }
  }

  /** The server takes nothing of the request. */
  void notTaken(String reason) {
    Stage stage = stage();
    if (cancel(ErrorCode.CANCEL)) {
      call.fail(stage, Kind.TIMEOUT, reason);
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
    StreamRelay relaying = relay;
    if (from == null || relaying == null || phase == Phase.OVER) {
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
    BodySink to = exchange.startResponse(length);
    if (phase == Phase.STREAMING) {
      relaying.start(to, Http2AnswerHead.isBodiless(head, call.isHead()));
    }
  }

  @Override
  public void readable() {
    StreamRelay relaying = relay;
    if (relaying != null) {
      relaying.readable();
    }
  }

  /** The whole answer was handed to {@code to}. */
  void relayed(BodySink to) {
    Http2Stream from = stream;
    if (isRequestSent() && from != null && from.isInputEnded()) {
      end();
    } else {
      // What of the request was not sent by now is of no interest to the server, nor is to the
      // client what still comes where no body may be.
      cancel(ErrorCode.CANCEL);
    }
    call.finish(to);
  }

  // What goes wrong.

  void malformed(String reason) {
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
    if (byPeer && over.isInputEnded() && phase == Phase.STREAMING) {
      // The whole answer is here, and the rest of the request is not wanted.
      stopSending();
      return;
    }
    if (connection.engine().isOver()) {
      connection.lostWithConnection(this);
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
      open.discardInput(); // It may be over already, with an answer that nobody has read.
    }
    return true;
  }

  private void end() {
    StreamRelay relaying = relay;
    if (relaying != null) {
      if (phase == Phase.STREAMING) {
        call.exchange().trail().originBytes(relaying.relayed());
      }
      relaying.stop();
    }
    phase = Phase.OVER;
    stopSending();
    connection.over(this);
  }

  private void stopSending() {
    if (sender != null) {
      sender.stop();
    }
  }
}
