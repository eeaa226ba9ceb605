package io.phalanx.node.attempt;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Trailers;
import java.nio.ByteBuffer;

/** The body of a request that has none. */
public enum NoBody implements BodySource {
  INSTANCE;

  @Override
  public long length() {
    return 0;
  }

  @Override
  public int read(ByteBuffer into) {
    return -1;
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
