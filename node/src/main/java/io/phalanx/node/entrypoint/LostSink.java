package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where an answer goes whose client is gone. */
final class LostSink implements BodySink {
  static final LostSink INSTANCE = new LostSink();

  private LostSink() {}

  private static IOException gone() {
    return new IOException("the client went away");
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    throw gone();
  }

  @Override
  public void trailers(Trailers trailers) {}

  @Override
  public boolean finish() throws IOException {
    throw gone();
  }

  @Override
  public boolean flush() throws IOException {
    throw gone();
  }

  @Override
  public void whenWritable(Runnable ready) {
    ready.run();
  }
}
