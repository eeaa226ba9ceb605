package io.phalanx.cluster.breaker;

import java.util.List;
import java.util.function.Supplier;

/** The breakers of this member. */
public interface Breakers {
  /**
   * The breaker for a subject; the same one for as long as anybody has it, so that it outlives a
   * change of configuration that leaves it as it was.
   *
   * @param fresh makes what a new one measures with
   */
  Circuit circuit(Subject subject, Terms terms, Supplier<Measure> fresh);

  /** All that somebody has; perhaps some that nobody has any more. */
  List<Circuit> circuits();
}
