package io.phalanx.it.benchmark;

/** One proxy in one round, and how far the machine was left alone. */
interface Measured {
  int round();

  /** Cores that were busy with something else than proxy, clients and upstream. */
  double foreignCores();

  /** Whether the machine was left alone enough for the figures to count. */
  default boolean isQuiet(double gateCores) {
    return foreignCores() < gateCores;
  }
}
