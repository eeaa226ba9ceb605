package io.phalanx.it.benchmark;

/**
 * One proxy under load for a few seconds.
 *
 * @param cpuMicros processor time of the proxy for one request, user and system, in microseconds
 * @param foreignCores cores that were busy with something else than proxy, client and upstream
 */
record Slice(int round, double cpuMicros, double foreignCores, LoadReport client) {
  /**
   * @param proxyTicks of the proxy alone
   * @param ownTicks of proxy, client, upstream and this program
   * @param machineTicks of everything
   */
  static Slice of(
      int round,
      long proxyTicks,
      long ownTicks,
      long machineTicks,
      double seconds,
      LoadReport client) {
    if (client.requests() == 0) {
      throw new IllegalArgumentException("not one request was completed");
    }
    double proxySeconds = (double) proxyTicks / ProcessorTime.TICKS_PER_SECOND;
    double foreignSeconds =
        (double) Math.max(0, machineTicks - ownTicks) / ProcessorTime.TICKS_PER_SECOND;
    return new Slice(
        round, proxySeconds * 1e6 / client.requests(), foreignSeconds / seconds, client);
  }

  /** Whether the machine was left alone enough for the figures to count. */
  boolean isQuiet(double gateCores) {
    return foreignCores < gateCores;
  }
}
