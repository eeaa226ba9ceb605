package io.phalanx.it.benchmark;

/** One proxy under a load at even times for a few seconds. */
record PacedSlice(int round, double foreignCores, PacedReport client) implements Measured {}
