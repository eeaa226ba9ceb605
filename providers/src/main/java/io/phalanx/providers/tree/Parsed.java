package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.util.List;

/**
 * Configuration text that was read.
 *
 * @param tree empty if the text as a whole cannot be read
 * @param problems mistakes of syntax
 */
public record Parsed(Tree.Mapping tree, List<Problem> problems) {
  public Parsed {
    problems = List.copyOf(problems);
  }

  static Parsed of(Tree.Mapping tree) {
    return new Parsed(tree, List.of());
  }

  static Parsed refused(Problem problem) {
    return new Parsed(Tree.Mapping.EMPTY, List.of(problem));
  }
}
