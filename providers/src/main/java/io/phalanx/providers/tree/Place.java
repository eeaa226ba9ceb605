package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;

/**
 * Where a piece of configuration was written.
 *
 * @param source file, flag, environment variable or label
 * @param line from 1; 0 if there is none
 */
public record Place(String source, int line) {
  public static final Place NONE = new Place("", 0);

  public Problem problem(String path, String message) {
    return new Problem(source, line, path, message);
  }
}
