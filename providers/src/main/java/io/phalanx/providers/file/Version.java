package io.phalanx.providers.file;

import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.tree.Secret;
import java.util.List;

/**
 * One version of a file, as it was read. Two are the same if they are one object.
 *
 * @param text with its template rendered; it may hold keys
 * @param places of what stands in it
 * @param config what is without mistakes
 * @param problems mistakes of the template, the syntax and the objects
 * @param unreadable whether the file as a whole cannot be read
 */
record Version(
    Secret text, Places places, DynamicConfig config, List<Problem> problems, boolean unreadable) {
  Version {
    problems = List.copyOf(problems);
  }

  static Version unreadable(Problem problem) {
    return new Version(new Secret(""), Places.NONE, DynamicConfig.EMPTY, List.of(problem), true);
  }
}
