package io.phalanx.node.attempt;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes an answer that nobody wants, so that its connection can be used again, but only so much of
 * it: to read the rest would cost more than another connection.
 */
final class DiscardedAnswer implements BodySink {
  private final long most;
  private final Runnable whenEnded;
  private long bytes;

  /**
   * @param most bytes
   * @param whenEnded called when the server has ended its answer
   */
  DiscardedAnswer(long most, Runnable whenEnded) {
    this.most = most;
    this.whenEnded = whenEnded;
  }

  long bytes() {
    return bytes;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int count = from.remaining();
    bytes += count;
    if (bytes > most) {
      throw new IOException("nobody wants more than " + most + " bytes of this answer");
    }
    from.position(from.limit());
    return count;
  }

  @Override
  public void trailers(Trailers trailers) {}

  @Override
  public boolean finish() {
    whenEnded.run();
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
