package io.phalanx.node.forwarding;

import java.util.concurrent.RejectedExecutionException;

/**
 * The connections that are made to one server on behalf of single clients: so many at one time,
 * while others wait, and clients' addresses have theirs by turns. Where clients share connections
 * {@link ExclusiveConnections} does the same for their requests. Belongs to one I/O thread.
 */
final class ConnectLine {
  private final ForwardingThread thread;
  private final FairQueue<ConnectAttempt> waiting = new FairQueue<>(ConnectAttempt::client);
  private int underWay;

  ConnectLine(ForwardingThread thread) {
    this.thread = thread;
  }

  /** Has the attempt begin, now or when its turn comes. */
  void enter(ConnectAttempt attempt) {
    if (underWay < ExclusiveConnections.MAX_ATTEMPTS) {
      underWay++;
      attempt.begin();
    } else {
      waiting.add(attempt, thread.now());
    }
  }

  /** Whether nobody waits, and no connection is made. */
  boolean isIdle() {
    return underWay == 0;
  }

  /** The attempt has come to its end, or does not wait any longer. */
  void leave(ConnectAttempt attempt) {
    if (waiting.remove(attempt)) {
      return;
    }
    ConnectAttempt next = waiting.poll();
    if (next == null) {
      underWay--;
    } else {
      try {
        // Not at once: it may fail before it returns, and so may all behind it.
        thread.execute(next::begin);
      } catch (RejectedExecutionException _) {
        // The node has stopped, and nobody waits any more.
      }
    }
  }
}
