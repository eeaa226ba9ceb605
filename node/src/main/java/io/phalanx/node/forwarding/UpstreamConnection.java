package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Failure.NodeFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.forwarding.ResponseRelay.Framing;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * One connection to a server, and the exchange it is used for, one at a time. Its socket is read at
 * all times but under back-pressure, so that a server that closes an idle connection is noticed
 * without asking.
 */
final class UpstreamConnection implements Timed {
  /** How long a server may say nothing to {@code Expect: 100-continue}; as with Traefik. */
  static final long CONTINUE_NANOS = Duration.ofSeconds(1).toNanos();

  private static final HeaderName UPGRADE = HeaderName.of("Upgrade");

  private enum Phase {
    IDLE,
    AWAITING_HEAD,
    STREAMING,
    TUNNEL,
    CLOSED
  }

  private final ForwardingThread thread;
  private final ServerPool pool;
  private final StreamConnection socket;
  private final ConduitStreamSourceChannel source;
  private final RequestSender sender;
  private final ResponseRelay relay;
  private final ResponseHeadReader head;
  private final Runnable onReadable = this::readReady;
  private final Runnable onWritable;
  private final Runnable onAbandoned;
  private final Runnable onInterim;
  private final TunnelEnd tunnelEnd = new TunnelEnd();
  private Phase phase = Phase.IDLE;
  private @Nullable Call call;
  private boolean reused;
  private boolean keepAlive;
  private final long openedAt;
  private long since;

  UpstreamConnection(ForwardingThread thread, ServerPool pool, StreamConnection socket) {
    this.thread = thread;
    this.pool = pool;
    this.socket = socket;
    this.source = socket.getSourceChannel();
    this.sender = new RequestSender(this, socket.getSinkChannel(), thread);
    this.relay = new ResponseRelay(this, source, thread);
    this.openedAt = thread.now();
    this.head = new ResponseHeadReader(thread.parser(), thread.scratch());
    thread.watch(this);
    this.onWritable = sender::pump;
    this.onInterim = this::passInterim;
    this.onAbandoned = () -> clientGone(new EOFException("it closed its connection"));
    source.setReadListener(_ -> guarded(onReadable));
    socket.getSinkChannel().setWriteListener(_ -> guarded(onWritable));
    source.resumeReads();
  }

  /**
   * Sends a request; the connection must be free.
   *
   * @param reused whether it was used before, so that the server may have closed it by now
   */
  void send(Call call, boolean reused) {
    Exchange exchange = call.exchange();
    long length = exchange.requestBody().length();
    int headLength;
    try {
      headLength = thread.writer().write(call, length);
    } catch (IllegalArgumentException e) {
      free();
      exchange.fail(new NodeFault("the request cannot be sent as it was edited", e));
      return;
    }
    this.call = call;
    this.reused = reused;
    phase = Phase.AWAITING_HEAD;
    since = thread.now();
    head.reset();
    exchange.trail().sentTo(call.server().text(), thread.now());
    exchange.whenAbandoned(onAbandoned);
    if (phase == Phase.CLOSED) {
      return;
    }
    guarded(() -> sender.start(exchange.requestBody(), thread.writer().bytes(), headLength));
  }

  /** Runs {@code step}; what goes wrong unforeseen ends this connection and its exchange. */
  void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      Call broken = end();
      if (broken == null) {
        throw e;
      }
      broken.exchange().fail(Failure.unforeseen(e));
    }
  }

  private void readReady() {
    switch (phase) {
      case IDLE -> close();
      case AWAITING_HEAD -> readHead();
      case STREAMING, TUNNEL -> relay.readReady();
      case CLOSED -> {}
    }
  }

  private void readHead() {
    ByteBuffer in = thread.buffers().take();
    int read = 0;
    try {
      read = source.read(in);
    } catch (IOException e) {
      lost("the server's connection broke: " + e.getMessage());
      return;
    } finally {
      if (read <= 0) {
        thread.buffers().give(in);
      }
    }
    if (read <= 0) {
      if (read < 0) {
        lost("the server closed the connection without an answer");
      }
      return;
    }
    in.flip();
    Call answered = call;
    try {
      if (answered != null && head.read(in, onInterim) && phase == Phase.AWAITING_HEAD) {
        startAnswer(answered, in);
      } else {
        thread.buffers().give(in);
      }
    } catch (MalformedAnswerException e) {
      thread.buffers().give(in);
      malformed(e.getMessage());
    }
  }

  private void passInterim() {
    Call waiting = call;
    ResponseHeadParser parsed = thread.parser();
    if (parsed.status() == ResponseHeadReader.CONTINUE) {
      sender.goOn();
    } else if (waiting != null) {
      waiting.exchange().sendInterim(parsed.status(), parsed::addTo);
    }
  }

  private void startAnswer(Call call, ByteBuffer behind) {
    ResponseHeadParser parsed = thread.parser();
    int status = parsed.status();
    if (status == ResponseHeadReader.SWITCHING_PROTOCOLS) {
      startTunnel(call, behind);
      return;
    }
    keepAlive = parsed.keepAlive();
    Exchange exchange = call.exchange();
    exchange.trail().answered(status, thread.now());
    ResponseHead response = exchange.response();
    response.status(status);
    parsed.addTo(response.headers());
    boolean empty = status == 204 || status == 304;
    boolean head = call.isHead();
    Framing framing = empty || head ? Framing.NONE : framingOf(parsed);
    long length = empty ? 0 : parsed.contentLength();
    phase = Phase.STREAMING;
    BodySink sink = exchange.startResponse(length);
    if (phase == Phase.STREAMING) {
      relay.start(sink, framing, length, behind);
    } else {
      thread.buffers().give(behind);
    }
  }

  private void startTunnel(Call call, ByteBuffer behind) {
    ResponseHeadParser parsed = thread.parser();
    Exchange exchange = call.exchange();
    if (!sender.done() || !exchange.request().asksFor(parsed.upgrade())) {
      thread.buffers().give(behind);
      malformed("the server switched to a protocol that it was not asked for");
      return;
    }
    exchange.trail().answered(parsed.status(), thread.now());
    exchange.response().status(parsed.status());
    parsed.addTo(exchange.response().headers());
    exchange.response().headers().set(UPGRADE, parsed.upgrade());
    phase = Phase.TUNNEL;
    Tunnel tunnel = exchange.startTunnel();
    if (phase != Phase.TUNNEL) {
      thread.buffers().give(behind);
      return;
    }
    relay.start(tunnel.sink(), Framing.UNTIL_CLOSE, 0, behind);
    if (phase == Phase.TUNNEL) {
      sender.startTunnel(tunnel.source());
    }
  }

  /** One half of the tunnel ended, and the other side was told. With the second one it is over. */
  void halfEnded() {
    if (tunnelEnd.ended(thread.now())) {
      end();
    }
  }

  private static Framing framingOf(ResponseHeadParser parsed) {
    if (parsed.chunked()) {
      return Framing.CHUNKED;
    }
    return parsed.contentLength() == ResponseHeadParser.NO_LENGTH
        ? Framing.UNTIL_CLOSE
        : Framing.LENGTH;
  }

  /** The last byte of the request is out. */
  void requestSent() {
    since = pool.transport().responseHeaderTimeout() > 0 ? thread.now() : 0;
  }

  /**
   * The whole answer was handed to {@code sink}.
   *
   * @param clean whether the connection stands between two messages
   */
  void answered(BodySink sink, boolean clean) {
    Call over = call;
    if (over == null) {
      return;
    }
    over.exchange().trail().originBytes(relay.relayed());
    if (phase == Phase.TUNNEL) {
      over.finish(sink);
      halfEnded();
      return;
    }
    if (clean && keepAlive && sender.done()) {
      call = null;
      free();
    } else {
      end();
    }
    over.finish(sink);
  }

  /** The connection stands between two requests. */
  private void free() {
    phase = Phase.IDLE;
    since = thread.now();
    if (!source.isReadResumed()) {
      source.resumeReads();
    }
    pool.exclusive().release(this);
  }

  /** Whether it is too old for another request. */
  boolean isOld() {
    long limit = pool.transport().maxAge();
    return limit > 0 && thread.now() - openedAt >= limit;
  }

  /** The server is gone, or its answer stopped short. */
  void lost(String reason) {
    if (phase == Phase.STREAMING || phase == Phase.TUNNEL) {
      fail(Stage.STREAMING, Kind.CLOSED, reason);
      return;
    }
    boolean again = reused && !head.started() && !sender.bodyTouched();
    boolean nothingSent = !sender.anythingWritten();
    if (!again || call == null || !(nothingSent || call.isIdempotent())) {
      fail(stage(), Kind.CLOSED, reason);
      return;
    }
    Call repeated = end();
    if (repeated != null) {
      pool.connect(repeated);
    }
  }

  void malformed(@Nullable String reason) {
    fail(stage(), Kind.PROTOCOL, reason == null ? "the answer is malformed" : reason);
  }

  private Stage stage() {
    if (phase == Phase.STREAMING || phase == Phase.TUNNEL) {
      return Stage.STREAMING;
    }
    return sender.done() ? Stage.AWAITING_HEAD : Stage.SENDING;
  }

  private void fail(Stage stage, Kind kind, String reason) {
    Call failed = end();
    if (failed != null) {
      failed.fail(stage, kind, reason);
    }
  }

  /** The body of the request broke off. */
  void clientFailed(IOException e) {
    Call failed = end();
    if (failed != null) {
      failed.bodyBrokeOff(e);
    }
  }

  /** Nobody takes the answer. */
  void clientGone(IOException e) {
    Call failed = end();
    if (failed != null) {
      failed.clientGone(e);
    }
  }

  /** The server takes nothing of the request. */
  void notTaken(String reason) {
    fail(stage(), Kind.TIMEOUT, reason);
  }

  /** Bytes that TLS holds beside what is read, if that is not gone on with. */
  long heldOfInput() {
    return socket instanceof TlsConnection ? 2 * Buffers.SIZE : 0;
  }

  /** The same beside what is to be written. */
  long heldOfOutput() {
    return socket instanceof TlsConnection ? Buffers.SIZE : 0;
  }

  @Override
  public void check(long now) {
    long headLimit = pool.transport().responseHeaderTimeout();
    long idleLimit = pool.transport().idleTimeout();
    if (phase == Phase.IDLE && ((idleLimit > 0 && now - since >= idleLimit) || isOld())) {
      close();
    } else if (phase == Phase.AWAITING_HEAD
        && headLimit > 0
        && sender.done()
        && now - since >= headLimit) {
      fail(Stage.AWAITING_HEAD, Kind.TIMEOUT, "the server took too long to answer");
    } else if (phase == Phase.AWAITING_HEAD
        && sender.isHeldBack()
        && now - since >= CONTINUE_NANOS) {
      guarded(sender::goOn);
    } else if (phase == Phase.TUNNEL
        && tunnelEnd.isForgotten(now, relay.relayed() + sender.tunnelled())) {
      clientGone(new IOException("one side of the tunnel has ended, the other is silent"));
    }
  }

  /** Closes and parts from the exchange, which someone else must answer. */
  private @Nullable Call end() {
    Call last = call;
    if (last != null && (phase == Phase.STREAMING || phase == Phase.TUNNEL)) {
      last.exchange().trail().originBytes(relay.relayed());
    }
    call = null;
    close();
    return last;
  }

  void close() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    sender.abandon();
    relay.abandon();
    thread.unwatch(this);
    pool.exclusive().forget(this);
    IoUtils.safeClose(socket);
  }
}
