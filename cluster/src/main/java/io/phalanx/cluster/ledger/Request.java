package io.phalanx.cluster.ledger;

/** What one member asks another about the ledger. */
public sealed interface Request {
  /** To take part in no earlier try from now on, and to tell what was accepted so far. */
  record Promise(Ballot ballot) implements Request {}

  /** To accept a ledger. */
  record Accept(Vote vote) implements Request {}

  /** To know that this was agreed on. */
  record Learn(Vote chosen) implements Request {}

  /** To tell what it knows. */
  record Look() implements Request {}
}
