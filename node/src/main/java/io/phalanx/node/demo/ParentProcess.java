package io.phalanx.node.demo;

import java.util.Map;
import java.util.Optional;

/**
 * Ties a node's life to the process that started it, so that a demonstration that was killed leaves
 * no nodes behind.
 */
public final class ParentProcess {
  static final String VARIABLE = "PHALANX_PARENT_PROCESS";

  private ParentProcess() {}

  /**
   * Runs {@code end} when the process that the environment names has ended, at once if it is gone
   * already; does nothing if it names none.
   */
  public static void whenEnded(Map<String, String> environment, Runnable end) {
    Optional.ofNullable(environment.get(VARIABLE))
        .map(Long::parseLong)
        .ifPresent(
            pid ->
                ProcessHandle.of(pid).ifPresentOrElse(parent -> parent.onExit().thenRun(end), end));
  }
}
