package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.BodySink;

/** An answer on its way to a client. */
interface ClientSink extends BodySink {
  /** Bytes of the body that were taken. */
  long bytes();

  /** There is room again, or there will be none any more. */
  void wake();

  /** Lets go of what is not out. */
  void release();
}
