package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.ClientConnection;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.xnio.StreamConnection;

/** A client's connection, as those see it who only need to know that it is there. */
final class ClientSocket implements ClientConnection {
  private final StreamConnection connection;
  private final Optional<InetSocketAddress> local;

  /**
   * @param connection behind TLS and PROXY protocol, if any
   */
  ClientSocket(StreamConnection connection) {
    this.connection = connection;
    // Asked now: a socket that is closed does not know it any more.
    this.local = Optional.ofNullable(connection.getLocalAddress(InetSocketAddress.class));
  }

  @Override
  public Optional<InetSocketAddress> local() {
    return local;
  }

  @Override
  public void whenClosed(Runnable told) {
    // Beside the listeners that there are: XNIO calls all of them.
    connection.setCloseListener(_ -> tell(told));
    if (!connection.isOpen()) {
      tell(told);
    }
  }

  private void tell(Runnable told) {
    try {
      connection.getIoThread().execute(told);
    } catch (RejectedExecutionException _) {
      // The node has stopped.
    }
  }
}
