package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.logging.LogThrottle;
import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import io.phalanx.node.tcp.TcpClient;
import io.phalanx.node.tcp.TcpForwarder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * Takes clients' connections to servers, each by one of its own, on the I/O thread of the client.
 * Connections to one server are made so many at a time, clients' addresses by turns.
 */
public final class TcpForwarding implements TcpForwarder {
  private static final Logger LOG = LoggerFactory.getLogger(TcpForwarding.class);
  private static final LogThrottle WARNINGS = new LogThrottle(Duration.ofSeconds(10));
  private static final List<String> NO_PROTOCOLS = List.of();

  private final HttpForwarder threads;
  private final LongAdder failures = new LongAdder();

  /**
   * @param threads whose names, buffers and bounds are those of this one, too
   */
  TcpForwarding(HttpForwarder threads) {
    this.threads = threads;
  }

  public Transport transport(TcpOptions options) {
    return new TcpTransport(options);
  }

  @Override
  public Target target(String address, boolean tls, Transport transport) {
    return TcpTarget.of(address, tls, (TcpTransport) transport);
  }

  /** Connections of clients that came to nothing because of their servers. */
  public long failures() {
    return failures.sum();
  }

  @Override
  public void forward(TcpClient client, Target target) {
    var to = (TcpTarget) target;
    ForwardingThread thread = threads.here();
    var source = new InetSocketAddress(client.peer().address(), client.peer().port());
    Optional<Addresses> both = client.local().map(local -> new Addresses(source, local));
    dial(
        thread,
        to,
        client.peer().address(),
        both,
        new ConnectAttempt.Outcome() {
          @Override
          public boolean isAwaited() {
            return client.isOpen();
          }

          @Override
          public void connected(StreamConnection connection, String protocol) {
            LOG.debug("TCP connection from {} to {}", client.peer().text(), to);
            if (!client.isOpen()) {
              IoUtils.safeClose(connection);
            } else if (client.asksPostgres()) {
              new PostgresGreeting(
                      thread,
                      connection,
                      to.transport().way().handshakeTimeout(),
                      trouble -> greeted(trouble, connection))
                  .start();
            } else {
              relay(connection);
            }
          }

          private void greeted(String trouble, StreamConnection connection) {
            if (trouble.isEmpty() && client.isOpen()) {
              relay(connection);
            } else {
              IoUtils.safeClose(connection);
              failed(Kind.PROTOCOL, trouble);
            }
          }

          private void relay(StreamConnection connection) {
            new TcpRelay(thread, client, connection, to.transport().options().termination())
                .start();
          }

          @Override
          public void failed(Kind kind, String reason) {
            if (client.isOpen()) {
              failures.increment();
              warn(to, reason, thread.now());
            }
            client.close();
          }
        });
  }

  private static void warn(TcpTarget to, String reason, long now) {
    String what = "no connection to " + to + " can be made for a client of TCP: " + reason;
    long unsaid = WARNINGS.admit(to.text(), now);
    if (unsaid >= 0) {
      LOG.warn("{}{}", what, unsaid == 0 ? "" : " (and " + unsaid + " before)");
    }
  }

  @Override
  public void probe(Target target, Probe probe, Consumer<Optional<String>> told) {
    var to = (TcpTarget) target;
    new TcpProbe(threads.here(), probe, told)
        .start(
            (thread, outcome) ->
                dial(thread, to, InetAddress.getLoopbackAddress(), Optional.empty(), outcome));
  }

  /**
   * @param client whose turn it is to be
   * @param addresses that the server is told, if it is to be told who the client is
   */
  private static void dial(
      ForwardingThread thread,
      TcpTarget to,
      InetAddress client,
      Optional<Addresses> addresses,
      ConnectAttempt.Outcome outcome) {
    ServerTransport way = to.transport().way();
    ByteBuffer header =
        way.options()
            .proxyProtocol()
            .map(version -> ByteBuffer.wrap(version.header(addresses)))
            .orElseGet(() -> ByteBuffer.allocate(0));
    var announcement = new Announcement(client, header, thread.tcpLines().line(to));
    new ConnectAttempt(
            thread,
            to.server(),
            way,
            Optional.of(announcement),
            NO_PROTOCOLS,
            new ConnectAttempt.Outcome() {
              @Override
              public boolean isAwaited() {
                return outcome.isAwaited();
              }

              @Override
              public void connected(StreamConnection connection, String protocol) {
                thread.tcpLines().left(to);
                outcome.connected(connection, protocol);
              }

              @Override
              public void failed(Kind kind, String reason) {
                thread.tcpLines().left(to);
                outcome.failed(kind, reason);
              }
            })
        .start();
  }
}
