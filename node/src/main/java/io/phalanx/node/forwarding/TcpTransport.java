package io.phalanx.node.forwarding;

import io.phalanx.node.tcp.TcpForwarder;
import org.jspecify.annotations.Nullable;
import org.xnio.nio.KeepAlive;

/** One way to reach servers of TCP; equal to every other one of the same options. */
final class TcpTransport implements TcpForwarder.Transport {
  private final TcpOptions options;
  private final ServerTransport way;

  TcpTransport(TcpOptions options) {
    this.options = options;
    this.way = new ServerTransport(options.options(), KeepAlive.after(options.keepAlive()));
  }

  TcpOptions options() {
    return options;
  }

  ServerTransport way() {
    return way;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TcpTransport that && options.equals(that.options);
  }

  @Override
  public int hashCode() {
    return options.hashCode();
  }
}
