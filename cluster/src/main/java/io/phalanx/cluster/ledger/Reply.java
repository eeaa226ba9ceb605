package io.phalanx.cluster.ledger;

import java.util.Optional;

/** What a member answers; each tells what it knows to be agreed on. */
public sealed interface Reply {
  Optional<Vote> chosen();

  /**
   * It will take part in no earlier try.
   *
   * @param accepted the last one it accepted
   */
  record Promised(Optional<Vote> accepted, Optional<Vote> chosen) implements Reply {}

  record Accepted(Optional<Vote> chosen) implements Reply {}

  /**
   * It takes part in a later try, or knows better.
   *
   * @param by the ballot that it promised
   */
  record Refused(Ballot by, Optional<Vote> chosen) implements Reply {}

  /** It knows what is needed, but lacks the content of the newest revision. */
  record ContentMissing(Optional<Vote> chosen) implements Reply {}

  /** What it knows. */
  record Known(Optional<Vote> accepted, Optional<Vote> chosen) implements Reply {}
}
