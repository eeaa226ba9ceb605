package io.phalanx.cluster.breaker;

/**
 * A message on its way.
 *
 * @param member who sends it
 * @param known how the breaker stands as far as the member knows; where nothing is kept any more,
 *     it stands so
 * @param keep nanoseconds for which it is to be kept if nobody comes back and it is not closed
 */
public record Motion(String member, Standing known, long keep, Message message) {}
