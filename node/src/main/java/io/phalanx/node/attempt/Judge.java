package io.phalanx.node.attempt;

import io.phalanx.node.exchange.Failure;

/**
 * Decides what becomes of an {@link Attempt}; asked once. What it does not take is discarded, and
 * the judge sees to another answer, though not from within these methods. From then on {@link
 * io.phalanx.node.exchange.Exchange#whenAbandoned} is the judge's.
 */
public interface Judge {
  Judge TAKES_ALL =
      new Judge() {
        @Override
        public boolean takes(int status) {
          return true;
        }

        @Override
        public boolean takes(Failure failure) {
          return true;
        }
      };

  /** Whether the answer, whose head is there, goes to the client. */
  boolean takes(int status);

  /** Whether the client is told that there was no answer. */
  boolean takes(Failure failure);
}
