package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.BodySink;

/** An answer on its way to a client. */
interface ClientSink extends BodySink {
  /** Bytes of the body that were taken. */
  long bytes();

  /** There is room again, or there will be none any more. */
  void wake();

  /**
   * Forgets an answer of which nothing is out, so that another one can be sent in its place.
   *
   * @return whether nothing is out
   */
  boolean takeBack();

  /** Lets go of what is not out. */
  void release();
}
