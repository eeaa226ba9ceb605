package io.phalanx.it.benchmark;

/**
 * How long and how strictly is measured.
 *
 * @param slices quiet ones wanted of each contestant
 * @param seconds of one slice
 * @param warmUpSeconds of load before the first slice, for proxies that compile while they run
 * @param gateCores cores that others may use before a slice does not count
 */
record Measurement(int slices, int seconds, int warmUpSeconds, double gateCores) {
  Measurement {
    if (slices < 1 || seconds < 1 || warmUpSeconds < 1 || !(gateCores > 0)) {
      throw new IllegalArgumentException("slices, seconds, warm-up and gate must be positive");
    }
  }
}
