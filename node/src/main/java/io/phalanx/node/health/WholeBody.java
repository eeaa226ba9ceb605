package io.phalanx.node.health;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Trailers;
import java.nio.ByteBuffer;

/** The body of a question. */
final class WholeBody implements BodySource {
  private final ByteBuffer bytes;
  private final int length;

  WholeBody(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
    this.length = bytes.length;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(ByteBuffer into) {
    if (!bytes.hasRemaining()) {
      return -1;
    }
    int count = Math.min(bytes.remaining(), into.remaining());
    into.put(bytes.slice(bytes.position(), count));
    bytes.position(bytes.position() + count);
    return count;
  }

  @Override
  public Trailers trailers() {
    return Trailers.NONE;
  }

  @Override
  public void whenReadable(Runnable ready) {
    ready.run();
  }
}
