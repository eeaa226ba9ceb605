package io.phalanx.providers.file;

import java.util.Optional;

/**
 * One file.
 *
 * @param newest as it was read last
 * @param good the last version that counted whole; empty as long as there was none
 */
record ConfigFile(Version newest, Optional<Version> good) {
  /** What is tried first: the newest version, unless it has mistakes and there was a good one. */
  Version candidate() {
    return newest.problems().isEmpty() ? newest : good.orElse(newest);
  }
}
