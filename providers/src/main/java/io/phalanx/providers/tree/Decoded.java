package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.util.List;
import java.util.Optional;

/**
 * What a tree stands for.
 *
 * @param value empty if a mistake in the tree takes the whole record down
 * @param problems all mistakes, in the order in which they were written
 */
public record Decoded<T>(Optional<T> value, List<Problem> problems) {
  public Decoded {
    problems = List.copyOf(problems);
  }
}
