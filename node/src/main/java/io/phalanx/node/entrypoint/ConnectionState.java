package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Peer;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.AttachmentKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * What is remembered of a client's connection from one request to the next. From the end of a
 * request until its answer is whole it listens to the client: it may hang up, or send its next
 * request. A client that ends the half that it sends on hangs up, as in Go. Used on the
 * connection's I/O thread.
 */
final class ConnectionState implements ChannelListener<ConduitStreamSourceChannel> {
  private static final AttachmentKey<ConnectionState> KEY =
      AttachmentKey.create(ConnectionState.class);

  private final HttpServerConnection http;
  private final Peer peer;
  private final ClientSocket client;
  private final long openedAt;
  private int requests;
  private @Nullable UndertowExchange current;

  private ConnectionState(HttpServerConnection http, Peer peer, long openedAt) {
    this.http = http;
    this.peer = peer;
    this.client = new ClientSocket(http.getChannel());
    this.openedAt = openedAt;
  }

  static ConnectionState of(HttpServerConnection connection, long now) {
    @Nullable ConnectionState known = connection.getAttachment(KEY);
    if (known == null) {
      InetSocketAddress address = connection.getPeerAddress(InetSocketAddress.class);
      Peer peer = Peer.of(address.getAddress(), address.getPort());
      known = new ConnectionState(connection, peer, now);
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
    if (exchange.isRequestComplete()) {
      listen();
    }
  }

  /** As much as was read of the request is all of it. */
  void bodyRead(HttpServerExchange exchange) {
    if (!exchange.isComplete()) {
      listen();
    }
  }

  private void listen() {
    if (http.getExtraBytes() == null) {
      http.getChannel().getSourceChannel().setReadListener(this);
      // Undertow's channel of a body that was read to its end would not go on.
      http.getOriginalSourceConduit().resumeReads();
    }
  }

  /** The client sent something, or went away. */
  @Override
  public void handleEvent(ConduitStreamSourceChannel source) {
    UndertowExchange running = current;
    if (running == null) {
      source.suspendReads();
      return;
    }
    PooledByteBuffer buffer = http.getByteBufferPool().allocate();
    int read = read(buffer);
    if (read != 0) {
      source.suspendReads();
    }
    if (read > 0) {
      buffer.getBuffer().flip();
      http.ungetRequestBytes(buffer);
      return;
    }
    buffer.close();
    if (read < 0) {
      running.clientWentAway();
    }
  }

  private int read(PooledByteBuffer buffer) {
    try {
      return http.getOriginalSourceConduit().read(buffer.getBuffer());
    } catch (IOException _) {
      return -1;
    }
  }
}
