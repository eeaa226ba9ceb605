package io.phalanx.node.forwarding;

/** Something that ends when its time is up. */
interface Timed {
  /**
   * Called a few times a second.
   *
   * @param now the clock of {@link ForwardingThread#now}
   */
  void check(long now);
}
