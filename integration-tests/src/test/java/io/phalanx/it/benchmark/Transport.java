package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes to and from a proxy, without waiting. */
interface Transport {
  SocketChannel channel();

  /** Takes all of them; {@link #flush} tells whether they are on their way. */
  void send(ByteBuffer bytes) throws IOException;

  /** Whether nothing is left to send. */
  boolean flush() throws IOException;

  /**
   * Puts what has come behind what is in the buffer.
   *
   * @return whether there was anything
   * @throws java.io.EOFException if the proxy has closed the connection
   */
  boolean receive(ByteBuffer into) throws IOException;
}
