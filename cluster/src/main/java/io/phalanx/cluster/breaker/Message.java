package io.phalanx.cluster.breaker;

/** What a member tells to where a breaker is kept. All may come late, twice, or never. */
public sealed interface Message {
  /**
   * What the member measured is too much: all are to vote.
   *
   * @param members how many that are
   */
  record Report(Tally tally, int members) implements Message {}

  /** A member's part in a round. */
  record Vote(long round, Tally tally) implements Message {}

  /** Nobody is to be waited for any longer. */
  record Decide(long round) implements Message {}

  /** It was open for long enough. */
  record Recover() implements Message {}

  /**
   * The member has a request to probe with; or still has it.
   *
   * @param number of the member's probe, another for each
   * @param yields nanoseconds of the recovery in which it stands back for others if the last probe
   *     was its own and failed
   * @param members how many there are
   */
  record Probe(long number, long yields, int members) implements Message {}

  /** A probe is over. */
  record Probed(long number, Outcome outcome) implements Message {}

  /** It recovered for long enough. */
  record Close() implements Message {}

  /** Asks how it stands. */
  record Look() implements Message {}

  /** How a probe ended. */
  enum Outcome {
    WELL,
    FAILED,

    /** The client left before there was an answer. */
    UNKNOWN
  }
}
