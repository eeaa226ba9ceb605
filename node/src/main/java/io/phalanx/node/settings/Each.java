package io.phalanx.node.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Checks the items of options one by one, so that all mistakes are told and not only the first. */
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

  /**
   * @throws IllegalArgumentException with the messages of all that was refused
   */
  void require() {
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", mistakes));
    }
  }
}
