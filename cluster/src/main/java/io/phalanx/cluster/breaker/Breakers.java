package io.phalanx.cluster.breaker;

import java.util.List;
import java.util.function.Supplier;

/**
 * Circuit breakers, each one for the whole fleet.
 *
 * <ul>
 *   <li>A member whose measure trips refuses at once. All refuse if members with more than half of
 *       the requests that were measured of late find the same: told to them, not asked for by them.
 *       Otherwise the member stays alone with it ({@link Circuit#isSuspect}).
 *   <li>All recover by one schedule, counted by each member's own clock from the moment at which
 *       that began. Until a probe went well one request at a time passes in the whole fleet.
 *   <li>Loss: a probe of a member that died is given up after its term of four seconds; a breaker
 *       is forgotten only with all members that keep a copy, and then stands as others know it.
 *   <li>Partition: each side goes on with its own.
 *   <li>Unavailable: members open by what they measure themselves; nobody probes.
 *   <li>Events may be lost when members come and go; a member finds out within seconds.
 * </ul>
 */
public interface Breakers {
  /**
   * The breaker for a subject; the same one for as long as anybody has it, so that it outlives a
   * change of configuration that leaves it as it was.
   *
   * @param fresh makes what a new one measures with
   */
  Circuit circuit(Subject subject, Terms terms, Supplier<Measure> fresh);

  /**
   * All that somebody has, perhaps some that nobody has any more; those last that were asked for
   * last.
   */
  List<Circuit> circuits();
}
