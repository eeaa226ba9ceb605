package io.phalanx.cluster.hazelcast;

import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.NotJoinedException;

/**
 * Why a member was not let in.
 *
 * @param refused whether others answered and would never have it
 */
record KeptOut(String reason, boolean refused) {
  /** Nobody was there. */
  static KeptOut unreached(FleetSettings settings) {
    return new KeptOut("no member answers at " + settings.join(), false);
  }

  /** Somebody was, who did not show the fleet key. */
  static KeptOut byStrangers(FleetSettings settings) {
    return new KeptOut(
        "a member answers at %s but does not let this node in; is the fleet key the same?"
            .formatted(settings.join()),
        true);
  }

  /** Somebody took the connection, and said nothing on it. */
  static KeptOut bySilence(FleetSettings settings) {
    return new KeptOut(
        "no member at %s lets this node in, though one takes connections: it hangs, or is of a fleet of another name"
            .formatted(settings.join()),
        false);
  }

  /**
   * A member was.
   *
   * @param seconds that the oldest one had
   */
  static KeptOut byTheOldest(FleetSettings settings, int seconds) {
    return new KeptOut(
        "a member of those at %s shows the way, but the oldest one, which lets others in, did not within %d s: it must be reached at the address that it advertises, or is slow"
            .formatted(settings.join(), seconds),
        false);
  }

  /**
   * @param tried nanoseconds for which it was tried
   * @throws NotJoinedException if there is no more time to try
   */
  void requireTime(FleetSettings settings, long tried) throws NotJoinedException {
    if (!settings.joinTimeout().isZero() && tried >= settings.joinTimeout().toNanos()) {
      throw new NotJoinedException(
          "fleet %s: not let in within fleet.joinTimeout (%d s): %s"
              .formatted(settings.name(), settings.joinTimeout().toSeconds(), reason),
          refused);
    }
  }
}
