package io.phalanx.it.benchmark;

/**
 * A proxy that runs and answers.
 *
 * @param host what the client puts into {@code Host}
 * @param compiles whether it gets faster while it runs, and so needs the long warm-up
 */
record Contestant(String name, int port, long pid, String host, boolean compiles) {}
