package io.phalanx.cluster.quota;

/**
 * What a member asks of an account.
 *
 * @param member who asks, the same after a restart
 * @param life another one after each start of the member
 * @param time milliseconds since the epoch by the member's clock
 * @param known what the member knows of the account, in case that whoever keeps it lost it
 */
public record Draw(String member, String life, Need need, long time, Known known) {}
