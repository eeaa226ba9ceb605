package io.phalanx.it.hotkey;

/**
 * What one side did in one stretch of a scenario.
 *
 * @param redisCpu nanoseconds of the server's processor time; 0 where it was not asked
 * @param most how many it may have admitted
 */
record Slice(Sample sample, long redisCpu, double most) {
  double perSecond() {
    return sample.decisions() / sample.seconds();
  }

  /** Of all processes together. */
  double cpuMicros() {
    return (sample.cpu() + redisCpu) / 1e3 / sample.decisions();
  }

  double redisCpuMicros() {
    return redisCpu / 1e3 / sample.decisions();
  }

  /**
   * What was admitted, as a part of what may have been, or of what was asked for if that is less.
   */
  double used() {
    return sample.admitted() / Math.min(most, (double) sample.decisions());
  }

  /** How many were admitted that the limit does not allow. */
  long beyond() {
    return Math.max(0, (long) (sample.admitted() - Math.floor(most)));
  }
}
