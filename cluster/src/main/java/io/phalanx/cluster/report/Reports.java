package io.phalanx.cluster.report;

import io.phalanx.cluster.Fleet.Belonging;
import java.time.Duration;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** How members stand, by their own words. */
public interface Reports {
  /** Longest report, in characters; what is longer is not told. */
  int MAX_CHARACTERS = 64 << 10;

  /** What this member tells whoever asks; must not wait. */
  void tellWith(Supplier<String> report);

  /**
   * Asks all members that belong to the fleet, in the order in which they came, at the same time.
   * Waits for answers, but no longer than {@code limit}; not to be called on an I/O thread.
   */
  SequencedMap<Belonging, Report> ask(Duration limit) throws InterruptedException;
}
