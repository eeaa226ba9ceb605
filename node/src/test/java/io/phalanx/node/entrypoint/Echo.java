package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends the body of a request back while it comes. */
final class Echo implements Runnable {
  private final Exchange exchange;
  private final BodySink to;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(8192).limit(0);
  private boolean ended;

  private Echo(Exchange exchange) {
    this.exchange = exchange;
    this.to = exchange.startResponse(exchange.requestBody().length());
  }

  static void handle(Exchange exchange) {
    exchange.suspend();
    new Echo(exchange).run();
  }

  @Override
  public void run() {
    try {
      while (true) {
        while (buffer.hasRemaining()) {
          if (to.write(buffer) == 0) {
            to.whenWritable(this);
            return;
          }
        }
        if (ended) {
          if (!to.finish()) {
            to.whenWritable(this);
          }
          return;
        }
        int read = exchange.requestBody().read(buffer.clear());
        buffer.flip();
        ended = read < 0;
        if (read == 0) {
          exchange.requestBody().whenReadable(this);
          return;
        }
      }
    } catch (IOException e) {
      exchange.fail(new Failure.NodeFault("the echo failed", e));
    }
  }
}
