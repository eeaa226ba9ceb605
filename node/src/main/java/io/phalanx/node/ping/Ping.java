package io.phalanx.node.ping;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.pipeline.Endpoint;

/**
 * {@code ping@internal}: 200 while the node serves, another status from the moment it is told to
 * stop.
 */
public final class Ping implements Endpoint {
  private static final Answer OK = Answer.text(200, "OK");

  private volatile Answer terminating;
  private volatile boolean stopping;

  /**
   * @param terminatingStatus what is answered once the node is stopping
   */
  public Ping(int terminatingStatus) {
    this.terminating = terminating(terminatingStatus);
  }

  private static Answer terminating(int status) {
    return Answer.text(status, "Service Unavailable");
  }

  /** From now on this is what is answered once the node is stopping. */
  public void terminatingStatus(int status) {
    terminating = terminating(status);
  }

  public void stopping() {
    stopping = true;
  }

  @Override
  public void answer(Exchange exchange) {
    exchange.respond(stopping ? terminating : OK);
  }
}
