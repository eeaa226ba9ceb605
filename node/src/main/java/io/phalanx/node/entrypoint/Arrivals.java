package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.ClientTls;
import io.phalanx.node.tcp.Front;
import io.phalanx.node.tcp.TcpRouting;
import io.undertow.connector.ByteBufferPool;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * The connections of one entry point that have not begun to speak HTTP yet: what has to be known
 * before a protocol takes them, and what became of their handshakes.
 */
final class Arrivals implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

  /** A client that is there sends its part of a handshake at once. */
  private static final Duration LONGEST_HANDSHAKE = Duration.ofSeconds(10);

  /** A client that connects to ask something asks within this time. */
  private static final Duration FRESH = Duration.ofSeconds(2);

  private final EntryPointOptions options;
  private final Workers workers;
  private final Front front;
  private final Protocols protocols;
  private final TcpConnections tcpConnections;
  private final Map<StreamConnection, Long> open = new ConcurrentHashMap<>();
  private final Map<StreamConnection, ClientTls> secure = new ConcurrentHashMap<>();
  private final LongAdder failedHandshakes = new LongAdder();

  Arrivals(EntryPointOptions options, Workers workers, Front front, Protocols protocols) {
    this.options = options;
    this.workers = workers;
    this.front = front;
    this.protocols = protocols;
    this.tcpConnections = new TcpConnections(workers);
  }

  /** Called on the connection's I/O thread. */
  void take(StreamConnection connection) {
    WriteDeadline.guard(connection, options.writeTimeout());
    entered(connection);
    new Arrival(this, connection).start();
  }

  void entered(StreamConnection connection) {
    open.put(connection, System.nanoTime());
    connection.setCloseListener(open::remove);
  }

  EntryPointOptions options() {
    return options;
  }

  ByteBufferPool buffers() {
    return workers.buffers();
  }

  Executor handshakes() {
    return workers.handshakes();
  }

  /** Whether one more handshake may wait for its turn. */
  boolean takesHandshakes() {
    return workers.takesHandshakes();
  }

  /** Who takes which connections now. */
  TcpRouting routing() {
    return front.tcp();
  }

  Protocols protocols() {
    return protocols;
  }

  /** Connections that TCP routers took. */
  TcpConnections tcpConnections() {
    return tcpConnections;
  }

  /** How long a client may say nothing at first; zero for ever. */
  Duration silence() {
    return shorter(options.readTimeout(), options.idleTimeout());
  }

  /** For everything that comes before a protocol, once it has begun. */
  Duration handshake() {
    return shorter(options.readTimeout(), LONGEST_HANDSHAKE);
  }

  private static Duration shorter(Duration a, Duration b) {
    if (a.isZero() || b.isZero()) {
      return a.plus(b);
    }
    return a.compareTo(b) < 0 ? a : b;
  }

  /** A protocol has taken the connection. */
  void left(StreamConnection connection) {
    open.remove(connection);
  }

  /** A handshake is over; {@code connection} is the one that the protocol sees. */
  void secured(StreamConnection connection, ClientTls client) {
    secure.put(connection, client);
    connection.setCloseListener(secure::remove);
  }

  Optional<ClientTls> tlsOf(StreamConnection connection) {
    return Optional.ofNullable(secure.get(connection));
  }

  void failed(StreamConnection connection, String reason) {
    failedHandshakes.increment();
    LOG.debug(
        "{}: TLS handshake with {} failed: {}",
        options.name(),
        connection.getPeerAddress(),
        reason);
  }

  /** Connections that came a moment before {@code now}, and have not begun to speak yet. */
  long awaited(long now) {
    return open.values().stream().filter(came -> now - came < FRESH.toNanos()).count();
  }

  long failedHandshakes() {
    return failedHandshakes.sum();
  }

  @Override
  public void close() {
    open.keySet().forEach(IoUtils::safeClose);
    tcpConnections.close();
  }
}
