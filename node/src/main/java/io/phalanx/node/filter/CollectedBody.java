package io.phalanx.node.filter;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Trailers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes a body into memory, up to a limit. */
public final class CollectedBody implements BodySink {
  private final long most;
  private final MemoryBound.Share memory;
  private final Taker taker;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 10);
  private boolean ended;

  /** Told once what came. */
  public interface Taker {
    void whole(byte[] body);

    /** It is longer than the limit. */
    void tooLong();

    /** The node has no room for it. */
    void noRoom();
  }

  /**
   * @param memory what it may take up; given back by whoever made it
   */
  public CollectedBody(long most, MemoryBound.Share memory, Taker taker) {
    this.most = most;
    this.memory = memory;
    this.taker = taker;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int count = from.remaining();
    if (ended) {
      throw new IOException("nobody wants this body any more");
    }
    if (bytes.size() + (long) count > most) {
      ended = true;
      taker.tooLong();
      throw new IOException("the body is longer than " + most + " bytes");
    }
    if (!memory.take(count)) {
      ended = true;
      taker.noRoom();
      throw new IOException("there is no room for the body");
    }
    byte[] piece = new byte[count];
    from.get(piece);
    bytes.writeBytes(piece);
    return count;
  }

  @Override
  public void trailers(Trailers trailers) {}

  @Override
  public boolean finish() {
    if (!ended) {
      ended = true;
      taker.whole(bytes.toByteArray());
    }
    return true;
  }

  @Override
  public boolean flush() {
    return true;
  }

  @Override
  public void whenWritable(Runnable ready) {
    ready.run();
  }
}
