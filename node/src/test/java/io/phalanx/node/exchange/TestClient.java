package io.phalanx.node.exchange;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** A client's connection that is closed when the test says so. */
public final class TestClient implements ClientConnection {
  private static final InetSocketAddress HERE =
      new InetSocketAddress(InetAddress.ofLiteral("198.51.100.1"), 443);

  private final Executor ioThread;
  private final Optional<InetSocketAddress> local;
  private final List<Runnable> listeners = new ArrayList<>();
  private boolean closed;

  public TestClient(Executor ioThread) {
    this(ioThread, Optional.of(HERE));
  }

  public TestClient(Executor ioThread, Optional<InetSocketAddress> local) {
    this.ioThread = ioThread;
    this.local = local;
  }

  @Override
  public Optional<InetSocketAddress> local() {
    return local;
  }

  @Override
  public void whenClosed(Runnable told) {
    listeners.add(told);
    if (closed) {
      ioThread.execute(told);
    }
  }

  /** How many want to be told. */
  public int listeners() {
    return listeners.size();
  }

  public void close() {
    ioThread.execute(
        () -> {
          closed = true;
          listeners.forEach(Runnable::run);
        });
  }
}
