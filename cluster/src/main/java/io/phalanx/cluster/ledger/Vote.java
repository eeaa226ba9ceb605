package io.phalanx.cluster.ledger;

/** A ledger as it was offered, or agreed on, under a ballot. */
public record Vote(Ballot ballot, Ledger ledger) {}
