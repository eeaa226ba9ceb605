package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The mistakes found so far: at most {@link ReadLimits#MAX_PROBLEMS}, further ones are counted. */
final class Mistakes {
  private final List<Problem> problems = new ArrayList<>();
  private int more;

  void add(Problem problem) {
    if (problems.size() < ReadLimits.MAX_PROBLEMS) {
      problems.add(problem);
    } else {
      more++;
    }
  }

  boolean isEmpty() {
    return problems.isEmpty();
  }

  /** By source, in the order in which the sources first had one, then by line. */
  List<Problem> inOrder() {
    Map<String, Integer> rank = new HashMap<>();
    problems.forEach(problem -> rank.putIfAbsent(problem.source(), rank.size()));
    var sorted = new ArrayList<>(problems);
    sorted.sort(
        Comparator.<Problem>comparingInt(problem -> rank.getOrDefault(problem.source(), 0))
            .thenComparingInt(Problem::line));
    if (more > 0) {
      sorted.add(new Problem(sorted.getLast().source(), 0, "", "and " + more + " more mistakes"));
    }
    return List.copyOf(sorted);
  }
}
