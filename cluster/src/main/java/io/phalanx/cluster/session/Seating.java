package io.phalanx.cluster.session;

/** What became of a {@link Bid}. */
public sealed interface Seating {
  /**
   * Where the session is.
   *
   * @param isNew whether it is there only since this bid
   */
  record At(String place, boolean isNew) implements Seating {}

  /** The session is not known, or not any more. */
  record Nowhere() implements Seating {}

  /** The fleet does not say. */
  record Unavailable(String reason) implements Seating {}
}
