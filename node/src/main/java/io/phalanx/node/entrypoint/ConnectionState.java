package io.phalanx.node.entrypoint;

import io.phalanx.node.entrypoint.EarlyBytes.Look;
import io.phalanx.node.exchange.Peer;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.AttachmentKey;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.nio.Turns;

/**
 * What is remembered of a client's connection from one request to the next. From the end of a
 * request until its answer is whole it listens to the client: it may hang up, or send its next
 * request. A client that ends the half that it sends on hangs up, as in Go. What it sends ahead is
 * kept up to a bound; one that goes beyond is given up if it then gets nothing for as long as it
 * could have taken to send a head. Used on the connection's I/O thread.
 */
final class ConnectionState implements ChannelListener<ConduitStreamSourceChannel> {
  private static final AttachmentKey<ConnectionState> KEY =
      AttachmentKey.create(ConnectionState.class);

  private final HttpServerConnection http;
  private final Peer peer;
  private final ClientSocket client;
  private final long openedAt;
  private final Duration patience;
  private int requests;
  private @Nullable UndertowExchange current;
  private boolean bodyUnread;

  /** What was there when it was enough, and what of the answer was out by then. */
  private @Nullable PooledByteBuffer full;

  private long sent;
  private long since;
  private boolean timed;
  private XnioExecutor.@Nullable Key timer;

  private ConnectionState(HttpServerConnection http, Peer peer, Duration patience, long openedAt) {
    this.http = http;
    this.patience = patience;
    this.peer = peer;
    this.client = new ClientSocket(http.getChannel());
    this.openedAt = openedAt;
  }

  static ConnectionState of(HttpServerConnection connection, EntryPointOptions options, long now) {
    @Nullable ConnectionState known = connection.getAttachment(KEY);
    if (known == null) {
      InetSocketAddress address = connection.getPeerAddress(InetSocketAddress.class);
      Peer peer = Peer.of(address.getAddress(), address.getPort());
      known = new ConnectionState(connection, peer, options.readTimeout(), now);
      connection.putAttachment(KEY, known);
    }
    return known;
  }

  HttpServerConnection http() {
    return http;
  }

  Peer peer() {
    return peer;
  }

  ClientSocket client() {
    return client;
  }

  /** Whether the request that was counted last is the first one. */
  boolean isFirstRequest() {
    return requests == 1;
  }

  /** Counts a request; whether its answer is to be the connection's last. */
  boolean isLastRequest(EntryPointOptions options, long now) {
    requests++;
    Duration age = options.maxConnectionAge();
    return (options.maxRequestsPerConnection() > 0
            && requests >= options.maxRequestsPerConnection())
        || (!age.isZero() && now - openedAt >= age.toNanos());
  }

  /**
   * Goes on reading, which Undertow stopped, until something comes. For a client that waits for its
   * answer this also saves the two system calls of stopping and starting again.
   */
  void listen(HttpServerExchange exchange, UndertowExchange ours) {
    current = ours;
    bodyUnread = false;
    if (exchange.isRequestComplete() && http.getExtraBytes() == null) {
      watch();
    }
  }

  /**
   * The handler has returned. If there is no answer yet, what came with the request may lie for
   * long.
   */
  void handled(HttpServerExchange exchange, UndertowExchange ours, UndertowBodySource body) {
    if (ours.isCompleted() || exchange.isComplete()) {
      return;
    }
    if (!exchange.isRequestComplete()) {
      bodyUnread = !body.isBegun();
      if (bodyUnread) {
        watch();
      }
    } else if (http.getExtraBytes() != null) {
      watch();
    }
  }

  /** From now on it is the body's reader that looks at the socket. */
  void bodyBegun() {
    if (bodyUnread) {
      bodyUnread = false;
      http.getOriginalSourceConduit().suspendReads();
    }
  }

  /** As much as was read of the request is all of it. */
  void bodyRead(HttpServerExchange exchange) {
    if (!exchange.isComplete()) {
      watch();
    }
  }

  private void watch() {
    Look look = EarlyBytes.keep(http);
    if (look == Look.GOES_ON) {
      http.getChannel().getSourceChannel().setReadListener(this);
      // Undertow's channel of a body that was read to its end would not go on.
      http.getOriginalSourceConduit().resumeReads();
    } else {
      stop(look);
    }
  }

  /** The client sent something, or went away. */
  @Override
  public void handleEvent(ConduitStreamSourceChannel source) {
    Look look = current == null ? Look.FULL : EarlyBytes.read(http);
    if (look != Look.GOES_ON) {
      http.getOriginalSourceConduit().suspendReads();
      stop(look);
    }
  }

  private void stop(Look look) {
    UndertowExchange running = current;
    if (running == null) {
      return;
    }
    switch (look) {
      case GOES_ON -> {}
      case FULL -> awaitAnswer(running);
      case ENDED -> {
        if (bodyUnread) {
          running.brokeOff();
        } else {
          running.clientWentAway();
        }
      }
      case LOST -> running.clientWentAway();
      case NO_ROOM -> running.sentTooMuch();
    }
  }

  // Of a client that sent enough ahead it cannot be seen whether it is still there.

  private void awaitAnswer(UndertowExchange running) {
    if (bodyUnread || patience.isZero()) {
      return;
    }
    full = http.getExtraBytes();
    sent = running.sent();
    since = System.nanoTime();
    if (timer == null) {
      look(patience.toNanos());
    }
    if (!timed) {
      timed = true;
      http.addCloseListener(_ -> stopTimer());
    }
  }

  private void look(long nanos) {
    timer = Turns.after(http.getIoThread(), Duration.ofNanos(nanos), this::look);
  }

  private void stopTimer() {
    full = null;
    XnioExecutor.Key running = timer;
    timer = null;
    if (running != null) {
      running.remove();
    }
  }

  private void look() {
    timer = null;
    UndertowExchange running = current;
    if (running == null || !isStillFull()) {
      full = null;
      return;
    }
    long now = System.nanoTime();
    if (running.sent() != sent) {
      sent = running.sent();
      since = now;
    }
    long left = patience.toNanos() - (now - since);
    if (left > 0) {
      look(left);
    } else {
      running.clientWentAway();
    }
  }

  private boolean isStillFull() {
    return full instanceof EarlyBytes early && early.isWhole() && http.getExtraBytes() == early;
  }
}
