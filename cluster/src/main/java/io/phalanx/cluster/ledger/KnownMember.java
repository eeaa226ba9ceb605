package io.phalanx.cluster.ledger;

/**
 * A node that belongs to the fleet, whether it is there or not.
 *
 * @param id of its data directory, so it is the same after a restart and another one after the loss
 *     of its disk
 * @param name what operators call it: its advertised member address
 */
public record KnownMember(String id, String name) {
  public KnownMember {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a member without an id");
    }
  }
}
