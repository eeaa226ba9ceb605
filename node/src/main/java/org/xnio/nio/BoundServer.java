package org.xnio.nio;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * Accepts on a socket that is bound already, as XNIO does on those that it binds: its own method
 * knows no option for a shared port, and nothing of sockets that another process opened. What is
 * needed for it is visible in this package only.
 */
public final class BoundServer {
  private BoundServer() {}

  /**
   * @param worker of XNIO's own implementation
   * @param bound closed with what is returned
   */
  public static AcceptingChannel<StreamConnection> of(
      XnioWorker worker, ServerSocketChannel bound, OptionMap options) throws IOException {
    bound.configureBlocking(false);
    return new QueuedNioTcpServer2(new NioTcpServer((NioXnioWorker) worker, bound, options, true));
  }
}
