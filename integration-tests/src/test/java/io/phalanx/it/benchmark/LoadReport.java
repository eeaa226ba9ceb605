package io.phalanx.it.benchmark;

/**
 * What a client counted in one run.
 *
 * @param requests that were answered
 * @param perSecond answered requests a second
 * @param p50Micros median of the latencies, in microseconds
 * @param errors answers other than 2xx and 3xx, and connections that failed
 */
record LoadReport(long requests, double perSecond, long p50Micros, long p99Micros, long errors) {}
