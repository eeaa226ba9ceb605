package io.phalanx.node.health;

import java.util.Optional;
import java.util.function.Consumer;

/** Asks servers. Returns at once. */
@FunctionalInterface
public interface Prober {
  /**
   * @param told called once, on any thread: what is wrong with the server, in words; empty if it is
   *     well
   */
  void ask(Inquiry inquiry, Consumer<Optional<String>> told);
}
