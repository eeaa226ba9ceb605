package io.phalanx.node.grpcweb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Trailers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes a few bytes, then none until it is asked again. */
final class NarrowSink implements BodySink {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final int most;
  private boolean full;
  boolean finished;

  NarrowSink(int most) {
    this.most = most;
  }

  @Override
  public int write(ByteBuffer from) {
    int count = full ? 0 : Math.min(most, from.remaining());
    full = !full;
    byte[] taken = new byte[count];
    from.get(taken);
    bytes.writeBytes(taken);
    return count;
  }

  @Override
  public void trailers(Trailers trailers) {
    throw new AssertionError("clients of gRPC-Web know no trailers");
  }

  @Override
  public boolean flush() {
    return true;
  }

  @Override
  public boolean finish() {
    finished = true;
    return true;
  }

  @Override
  public void whenWritable(Runnable ready) {
    ready.run();
  }

  String text() {
    return bytes.toString(ISO_8859_1);
  }

  /** Writes all of {@code text}, as often as that takes. */
  static void write(BodySink to, String text) throws IOException {
    ByteBuffer from = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    while (from.hasRemaining()) {
      to.write(from);
    }
  }

  static void finish(BodySink to) throws IOException {
    while (!to.finish()) {
      to.whenWritable(() -> {});
    }
  }
}
