package io.phalanx.cluster.lease;

/**
 * The right to do one task.
 *
 * @param holder id of the member
 * @param epoch grows with every new holder; who acts under a lease sends it along, and who receives
 *     refuses an older one
 */
public record Lease(String name, String holder, long epoch) {}
