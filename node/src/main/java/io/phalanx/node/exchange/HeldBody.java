package io.phalanx.node.exchange;

import java.nio.ByteBuffer;

/** The body of a request that this node makes itself. */
public final class HeldBody implements BodySource {
  private final ByteBuffer bytes;
  private final int length;

  public HeldBody(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
    this.length = bytes.length;
  }

  /** That of a request without one. */
  public static BodySource none() {
    return new HeldBody(new byte[0]);
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
