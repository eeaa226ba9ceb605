package io.phalanx.cluster.ledger;

import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a member's disk does not take what the fleet agrees on, if so. Told once. Thread-safe. */
final class DiskTrouble {
  private static final Logger LOG = LoggerFactory.getLogger(DiskTrouble.class);

  private volatile Optional<String> reason = Optional.empty();

  Optional<String> reason() {
    return reason;
  }

  /** Returns the failure. */
  synchronized IOException found(IOException failure) {
    String now = String.valueOf(failure.getMessage());
    if (reason.isEmpty()) {
      LOG.warn(
          "what the fleet agrees on is served from memory, and lost with this process, until the"
              + " disk takes it: {}",
          now);
    }
    reason = Optional.of(now);
    return failure;
  }

  synchronized void ended() {
    reason = Optional.empty();
    LOG.info("the disk has all again that the fleet agreed on");
  }
}
