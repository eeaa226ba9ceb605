package io.phalanx.node.filter;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes nothing of an answer that was opened too late: another one has taken its place. */
final class ReplacedAnswer implements BodySink {
  private static IOException replaced() {
    return new IOException("another answer has taken the place of this one");
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    throw replaced();
  }

  @Override
  public void trailers(Trailers trailers) {}

  @Override
  public boolean finish() throws IOException {
    throw replaced();
  }

  @Override
  public boolean flush() throws IOException {
    throw replaced();
  }

  @Override
  public void whenWritable(Runnable ready) {
    ready.run();
  }
}
