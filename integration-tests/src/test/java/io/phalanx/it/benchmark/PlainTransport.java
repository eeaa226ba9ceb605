package io.phalanx.it.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** TCP as it is. */
final class PlainTransport implements Transport {
  private final SocketChannel channel;
  private ByteBuffer unsent = ByteBuffer.allocateDirect(1 << 14);

  PlainTransport(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public SocketChannel channel() {
    return channel;
  }

  @Override
  public void send(ByteBuffer bytes) throws IOException {
    if (unsent.remaining() < bytes.remaining()) {
      ByteBuffer larger = ByteBuffer.allocateDirect(2 * (unsent.position() + bytes.remaining()));
      unsent = larger.put(unsent.flip());
    }
    unsent.put(bytes);
    flush();
  }

  @Override
  public boolean flush() throws IOException {
    unsent.flip();
    if (unsent.hasRemaining()) {
      channel.write(unsent);
    }
    unsent.compact();
    return unsent.position() == 0;
  }

  @Override
  public boolean receive(ByteBuffer into) throws IOException {
    int read = channel.read(into);
    if (read < 0) {
      throw new EOFException("closed by the proxy");
    }
    return read > 0;
  }
}
