package io.phalanx.node.filter;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes a body that is all there. */
public final class WholeBody implements Runnable {
  private final Exchange exchange;
  private final BodySink to;
  private final ByteBuffer body;

  /**
   * @param exchange whose answer it is, opened with {@code to}
   */
  public WholeBody(Exchange exchange, BodySink to, ByteBuffer body) {
    this.exchange = exchange;
    this.to = to;
    this.body = body;
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
      exchange.fail(new Failure.ClientFault(499, "the client takes no answer: " + e));
    } catch (RuntimeException | Error e) {
      exchange.fail(Failure.unforeseen(e));
    }
  }
}
