package io.phalanx.cluster.breaker;

/**
 * What came of a message.
 *
 * @param granted whether the member is the prober, if that was the question
 */
public record Reply(Standing standing, boolean granted) {}
