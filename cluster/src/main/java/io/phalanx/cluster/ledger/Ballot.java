package io.phalanx.cluster.ledger;

import java.util.Comparator;

/**
 * The number of one try to have something agreed on; no two tries have the same.
 *
 * @param round above all that its member knew of
 * @param member id of the one who tries
 */
public record Ballot(long round, String member) implements Comparable<Ballot> {
  /** Before all others. */
  public static final Ballot NONE = new Ballot(0, "");

  private static final Comparator<Ballot> ORDER =
      Comparator.comparingLong(Ballot::round).thenComparing(Ballot::member);

  @Override
  public int compareTo(Ballot other) {
    return ORDER.compare(this, other);
  }

  public boolean isAfter(Ballot other) {
    return compareTo(other) > 0;
  }
}
