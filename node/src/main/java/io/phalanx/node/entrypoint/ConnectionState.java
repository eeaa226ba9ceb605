package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Peer;
import io.undertow.server.ServerConnection;
import io.undertow.util.AttachmentKey;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a client's connection from one request to the next. Used on the
 * connection's I/O thread.
 */
final class ConnectionState {
  private static final AttachmentKey<ConnectionState> KEY =
      AttachmentKey.create(ConnectionState.class);

  private final Peer peer;
  private final long openedAt;
  private int requests;

  private ConnectionState(Peer peer, long openedAt) {
    this.peer = peer;
    this.openedAt = openedAt;
  }

  static ConnectionState of(ServerConnection connection, LongAdder open, long now) {
    @Nullable ConnectionState known = connection.getAttachment(KEY);
    if (known == null) {
      InetSocketAddress address = connection.getPeerAddress(InetSocketAddress.class);
      known = new ConnectionState(Peer.of(address.getAddress(), address.getPort()), now);
      connection.putAttachment(KEY, known);
      open.increment();
      connection.addCloseListener(_ -> open.decrement());
    }
    return known;
  }

  Peer peer() {
    return peer;
  }

  /** Counts a request; whether its answer is to be the connection's last. */
  boolean isLastRequest(EntryPointOptions options, long now) {
    requests++;
    Duration age = options.maxConnectionAge();
    return (options.maxRequestsPerConnection() > 0
            && requests >= options.maxRequestsPerConnection())
        || (!age.isZero() && now - openedAt >= age.toNanos());
  }
}
