package io.phalanx.node.metrics;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.pipeline.Endpoint;
import java.util.concurrent.Semaphore;

/**
 * {@code prometheus@internal}: all metrics as text. The text is made on a virtual thread; no more
 * than a few at a time, so that whoever reaches the endpoint cannot keep the node busy with it.
 */
public final class MetricsEndpoint implements Endpoint {
  private static final int MAX_CONCURRENT = 4;
  private static final Answer.Field CONTENT_TYPE =
      new Answer.Field(HeaderName.of("Content-Type"), TextExposition.CONTENT_TYPE);
  private static final Answer BUSY =
      Answer.text(503, "Too many fetch the metrics now; try again.\n");

  private final Metrics metrics;
  private final Semaphore free = new Semaphore(MAX_CONCURRENT);

  public MetricsEndpoint(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void answer(Exchange exchange) {
    if (!free.tryAcquire()) {
      exchange.respond(BUSY);
      return;
    }
    exchange.suspend();
    Thread.ofVirtual().name("metrics").start(() -> make(exchange));
  }

  private void make(Exchange exchange) {
    try {
      Answer answer = Answer.text(200, metrics.text(), CONTENT_TYPE);
      exchange.ioThread().execute(() -> exchange.respond(answer));
    } catch (RuntimeException e) {
      exchange
          .ioThread()
          .execute(() -> exchange.fail(new Failure.NodeFault("the metrics cannot be shown", e)));
    } finally {
      free.release();
    }
  }
}
