package io.phalanx.node.buffering;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Brings a body that is held to a client. */
public final class Delivery implements Runnable {
  private static final int PIECE = 16 << 10;

  private final Exchange exchange;
  private final BodySource from;
  private final BodySink to;
  private final ByteBuffer piece = ByteBuffer.allocate(PIECE).limit(0);
  private boolean ended;

  /**
   * @param exchange whose answer it is, opened with {@code to}
   */
  public Delivery(Exchange exchange, BodySource from, BodySink to) {
    this.exchange = exchange;
    this.from = from;
    this.to = to;
  }

  @Override
  public void run() {
    try {
      while (pushed()) {
        int count = from.read(piece.clear());
        piece.flip();
        if (count < 0) {
          end();
          return;
        }
        if (count == 0) {
          if (to.flush()) {
            from.whenReadable(this);
          } else {
            to.whenWritable(this);
          }
          return;
        }
      }
    } catch (IOException e) {
      exchange.fail(new Failure.NodeFault("an answer that was held cannot be delivered", e));
    } catch (RuntimeException | Error e) {
      exchange.fail(Failure.unforeseen(e));
    }
  }

  private boolean pushed() throws IOException {
    while (piece.hasRemaining()) {
      if (to.write(piece) == 0) {
        to.whenWritable(this);
        return false;
      }
    }
    return true;
  }

  private void end() throws IOException {
    if (!ended) {
      ended = true;
      Trailers trailers = from.trailers();
      if (!trailers.isEmpty()) {
        to.trailers(trailers);
      }
    }
    if (!to.finish()) {
      to.whenWritable(this);
    }
  }
}
