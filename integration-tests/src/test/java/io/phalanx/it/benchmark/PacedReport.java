package io.phalanx.it.benchmark;

/**
 * What came of requests at even times. Latencies count from when a request was due, so that the
 * time in which it waited for others counts.
 *
 * @param errors answers other than 200 or of another length, and connections that failed; they and
 *     what was not answered in time are not among the latencies
 * @param lateMicros 99th percentile of how long after it was due a request was sent
 */
record PacedReport(
    long requests,
    long errors,
    double p50Micros,
    double p99Micros,
    double p999Micros,
    double lateMicros) {}
