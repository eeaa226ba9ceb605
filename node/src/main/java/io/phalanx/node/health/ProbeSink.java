package io.phalanx.node.health;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Takes the body of an answer to a {@link Probe}, to the end if that is not far away. */
final class ProbeSink implements BodySink {
  private static final int MOST_BYTES = 64 << 10;

  private final Optional<GrpcReply> reply;
  private final Runnable whenEnded;
  private int bytes;

  /**
   * @param reply gets what comes; empty: nobody wants it
   */
  ProbeSink(Optional<GrpcReply> reply, Runnable whenEnded) {
    this.reply = reply;
    this.whenEnded = whenEnded;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int count = from.remaining();
    bytes += count;
    if (bytes > MOST_BYTES || reply.filter(wanted -> !wanted.add(from)).isPresent()) {
      throw new IOException("an answer to a health check is not that long");
    }
    from.position(from.limit());
    return count;
  }

  @Override
  public void trailers(Trailers trailers) {
    reply.ifPresent(wanted -> wanted.trailers(trailers));
  }

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
