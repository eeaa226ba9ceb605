package io.phalanx.cluster.slot;

/** What became of a wish to get in. */
public sealed interface Entry {
  /**
   * Inside.
   *
   * @param leave to be called once, when that is over; from any thread
   */
  record Entered(Runnable leave) implements Entry {}

  /** As many as may be are inside. */
  record Full() implements Entry {}

  /** The fleet does not say. */
  record Unavailable(String reason) implements Entry {}
}
