package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.http2.Http2Connection;
import java.util.ArrayDeque;
import org.xnio.nio.Turns;

/** Requests of one HTTP/2 client that have come and are not handled yet. */
final class ComingRequests {
  /**
   * Streams of a client whose requests are handled together: their answers then come together, and
   * go out in one write.
   */
  private static final int TOGETHER = 32;

  /** Requests that are handled in one turn of who has more, so that it is not all there is. */
  private static final int FEW = 4;

  private final Http2Connection engine;
  private final Turns turns;
  private final ExchangeHandler handler;
  private final Runnable afterTurn;
  private final Runnable nextTurn = this::nextTurn;
  private final ArrayDeque<Http2Exchange> waiting = new ArrayDeque<>(4);
  private boolean inLine;

  /**
   * @param afterTurn called after requests that had to wait for their turn
   */
  ComingRequests(Http2Connection engine, Turns turns, ExchangeHandler handler, Runnable afterTurn) {
    this.engine = engine;
    this.turns = turns;
    this.handler = handler;
    this.afterTurn = afterTurn;
  }

  void add(Http2Exchange request) {
    waiting.add(request);
  }

  /** Handles some of what has just come, the rest in the thread's next turns. */
  void handleSome() {
    if (!inLine) {
      handle(FEW);
    }
  }

  private void nextTurn() {
    handle(1);
    afterTurn.run();
  }

  private void handle(int few) {
    int most = engine.openStreams() > TOGETHER ? few : TOGETHER;
    for (int i = 0; i < most && !waiting.isEmpty(); i++) {
      waiting.remove().handle(handler);
    }
    inLine = !waiting.isEmpty();
    if (inLine) {
      turns.add(nextTurn);
    }
  }
}
