package io.phalanx.providers;

import io.phalanx.providers.dynamic.DynamicConfig;
import java.util.List;

/**
 * Everything that one provider knows at one moment.
 *
 * @param problems what was left out of {@code config}, and why
 */
public record Snapshot(DynamicConfig config, List<Problem> problems) {
  public Snapshot {
    problems = List.copyOf(problems);
  }
}
