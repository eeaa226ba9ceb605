package io.phalanx.node.settings;

import io.phalanx.providers.Problem;
import java.util.List;

/**
 * Mistakes that are told already, so that nothing is told that only comes of what stands in for
 * them.
 */
public record Told(List<Problem> problems) {
  public Told {
    problems = List.copyOf(problems);
  }

  /** Whether there is a mistake in {@code option} or in anything below it. */
  public boolean isAt(String option) {
    return problems.stream()
        .map(Problem::path)
        .anyMatch(
            path ->
                path.startsWith(option)
                    && (path.length() == option.length()
                        || ".[".indexOf(path.charAt(option.length())) >= 0));
  }
}
