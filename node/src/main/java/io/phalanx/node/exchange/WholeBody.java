package io.phalanx.node.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Writes a body that is all there. */
public final class WholeBody implements Runnable {
  private final BodySink to;
  private final ByteBuffer body;
  private final Consumer<IOException> whenGone;

  /**
   * @param whenGone called if nobody takes it
   */
  public WholeBody(BodySink to, ByteBuffer body, Consumer<IOException> whenGone) {
    this.to = to;
    this.body = body;
    this.whenGone = whenGone;
  }

  @Override
  public void run() {
    try {
      while (body.hasRemaining()) {
        if (to.write(body) == 0) {
          to.whenWritable(this);
          return;
        }
      }
      if (!to.finish()) {
        to.whenWritable(this);
      }
    } catch (IOException e) {
      whenGone.accept(e);
    }
  }
}
