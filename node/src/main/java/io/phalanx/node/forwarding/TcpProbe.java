package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.tcp.TcpForwarder.Probe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * One look at a server of TCP: a connection, perhaps what it is told, and what it has to say then,
 * byte for byte (Traefik's {@code send} and {@code expect}). Used on one I/O thread.
 */
final class TcpProbe implements Timed, ConnectAttempt.Outcome {
  private final ForwardingThread thread;
  private final Consumer<Optional<String>> told;
  private final ByteBuffer send;
  private final ByteBuffer expected;
  private final ByteBuffer seen;
  private final long end;
  private @Nullable StreamConnection connection;
  private @Nullable Tunnel tunnel;
  private boolean over;

  TcpProbe(ForwardingThread thread, Probe probe, Consumer<Optional<String>> told) {
    this.thread = thread;
    this.told = told;
    this.send = ByteBuffer.wrap(probe.send().getBytes(StandardCharsets.UTF_8));
    this.expected = ByteBuffer.wrap(probe.expect().getBytes(StandardCharsets.UTF_8));
    this.seen = ByteBuffer.allocate(expected.remaining());
    this.end = thread.now() + probe.timeout().toNanos();
  }

  /**
   * @param dialer makes the connection
   */
  void start(BiConsumer<ForwardingThread, ConnectAttempt.Outcome> dialer) {
    thread.watch(this);
    dialer.accept(thread, this);
  }

  @Override
  public boolean isAwaited() {
    return !over;
  }

  @Override
  public void connected(StreamConnection made, String protocol) {
    if (over) {
      IoUtils.safeClose(made);
      return;
    }
    connection = made;
    tunnel = SocketTunnel.of(made);
    goOn();
  }

  @Override
  public void failed(Kind kind, String reason) {
    tell(Optional.of(reason));
  }

  @Override
  public void check(long now) {
    if (now - end >= 0) {
      tell(Optional.of("it did not answer in time"));
    }
  }

  private void goOn() {
    Tunnel there = tunnel;
    if (over || there == null) {
      return;
    }
    try {
      if (!sent(there.sink())) {
        there.sink().whenWritable(this::goOn);
        return;
      }
      while (seen.hasRemaining()) {
        int read = there.source().read(seen);
        if (read < 0) {
          tell(Optional.of("it ended the connection"));
          return;
        }
        if (read == 0) {
          there.source().whenReadable(this::goOn);
          return;
        }
      }
      tell(
          seen.flip().equals(expected)
              ? Optional.empty()
              : Optional.of("it says something else than is expected"));
    } catch (IOException e) {
      tell(Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private boolean sent(BodySink sink) throws IOException {
    while (send.hasRemaining()) {
      if (sink.write(send) == 0) {
        return false;
      }
    }
    return sink.flush();
  }

  private void tell(Optional<String> trouble) {
    if (!over) {
      over = true;
      thread.unwatch(this);
      if (connection != null) {
        IoUtils.safeClose(connection);
      }
      told.accept(trouble);
    }
  }
}
