package io.phalanx.it.benchmark;

/**
 * One proxy under as much load as it takes for a few seconds.
 *
 * @param cpuMicros processor time of the proxy for one request, user and system, in microseconds
 */
record Slice(int round, double cpuMicros, double foreignCores, LoadReport client)
    implements Measured {
  static Slice of(int round, Usage usage, LoadReport client) {
    if (client.requests() == 0) {
      throw new IllegalArgumentException("not one request was completed");
    }
    return new Slice(round, usage.proxyMicros() / client.requests(), usage.foreignCores(), client);
  }
}
