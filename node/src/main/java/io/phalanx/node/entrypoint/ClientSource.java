package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.BodySource;

/** What a client sends: the body of its request, or its half of a tunnel. */
interface ClientSource extends BodySource {
  /** Bytes that were read. */
  long bytes();

  /** Whether the client took too long, so that reading fails. */
  boolean timedOut();

  /** There is something to read, or there will be nothing any more. */
  void wake();

  /** Waits no longer. */
  void release();
}
