package io.phalanx.node.settings;

import io.phalanx.providers.tree.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Checks options and their items one by one, so that all mistakes are told and not only the first.
 */
final class Each {
  private final List<String> mistakes = new ArrayList<>();

  /**
   * @param check throws {@link IllegalArgumentException} for what it refuses
   */
  Each of(String option, List<String> items, Consumer<String> check) {
    for (String item : items) {
      try {
        check.accept(item);
      } catch (IllegalArgumentException e) {
        mistakes.add(option + ": " + e.getMessage());
      }
    }
    return this;
  }

  Each notNegative(String option, Duration given) {
    if (given.isNegative()) {
      mistakes.add(option + " must not be negative, but is " + GoDuration.format(given));
    }
    return this;
  }

  /**
   * @throws IllegalArgumentException with the messages of all that was refused
   */
  void require() {
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", mistakes));
    }
  }
}
