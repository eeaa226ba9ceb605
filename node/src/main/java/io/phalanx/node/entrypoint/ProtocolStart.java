package io.phalanx.node.entrypoint;

import io.undertow.connector.PooledByteBuffer;
import org.xnio.StreamConnection;

/** Takes a connection over once it is known which protocol the client speaks. */
@FunctionalInterface
interface ProtocolStart {
  /**
   * Called once, on the connection's I/O thread.
   *
   * @param connection behind TLS and PROXY protocol, if any: its addresses are those that count
   * @param first what the client sent already, ready to be read; perhaps nothing. To be closed by
   *     whoever takes the connection
   */
  void start(StreamConnection connection, PooledByteBuffer first);
}
