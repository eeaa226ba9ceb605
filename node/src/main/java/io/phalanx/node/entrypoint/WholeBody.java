package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.BodySink;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes a body that is all there. */
final class WholeBody implements Runnable {
  private final BodySink to;
  private final ByteBuffer body;
  private final Runnable whenGone;

  /**
   * @param whenGone called if nobody takes it
   */
  WholeBody(BodySink to, ByteBuffer body, Runnable whenGone) {
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
    } catch (IOException _) {
      whenGone.run();
    }
  }
}
