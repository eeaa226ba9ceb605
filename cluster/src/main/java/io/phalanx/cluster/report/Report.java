package io.phalanx.cluster.report;

/** What became of asking a member how it stands. */
public sealed interface Report {
  /**
   * @param text in the member's own words; starts with a format number of whoever wrote it
   */
  record Told(String text) implements Report {}

  /** It belongs to the fleet and is not here. */
  record Away() implements Report {}

  /**
   * It is here, and there was no answer in time, or none that is understood.
   *
   * @param reason why, for operators
   */
  record Silent(String reason) implements Report {}
}
