package io.phalanx.it.benchmark;

import java.nio.file.Path;

/**
 * What a run has at hand.
 *
 * @param root of the checkout
 * @param directory for configurations, logs and data
 */
record Workbench(PinnedProcesses processes, Programs programs, Path root, Path directory) {
  static final int PROXY_CORE = 1;
  static final int OTHER_CORE = 0;

  Path file(String name) {
    return directory.resolve(name);
  }
}
