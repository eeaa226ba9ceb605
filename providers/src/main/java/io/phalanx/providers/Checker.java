package io.phalanx.providers;

import io.phalanx.providers.dynamic.DynamicConfig;
import java.util.List;

/**
 * Says what of a configuration could not be served. A provider asks it where a snapshot is not the
 * only choice: before it takes a new version in the place of one that works.
 *
 * <p>Flaws are told, not left out: whoever serves the snapshot leaves the object out by itself, and
 * what depends on it.
 */
@FunctionalInterface
public interface Checker {
  /** Finds nothing. */
  Checker NONE = _ -> List.of();

  /**
   * All flaws of a configuration.
   *
   * @param config all that one provider knows; what it refers to in another provider cannot be
   *     judged here and counts as right
   */
  List<Flaw> flaws(DynamicConfig config);
}
