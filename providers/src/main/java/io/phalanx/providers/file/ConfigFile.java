package io.phalanx.providers.file;

import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import java.util.List;

/**
 * What one file came to.
 *
 * @param text as it was read last, to know a change by
 * @param config what counts: of the last version without mistakes, or, if there was none yet, what
 *     is without mistakes in this one
 * @param wasGood whether there ever was a version without mistakes
 * @param unreadable whether the file as a whole cannot be read
 */
record ConfigFile(
    String text,
    DynamicConfig config,
    List<Problem> problems,
    boolean wasGood,
    boolean unreadable) {
  ConfigFile {
    problems = List.copyOf(problems);
  }

  /** Whether this is what a text came to, so that it need not be read again. */
  boolean isOf(String other) {
    return !unreadable && text.equals(other);
  }
}
