package io.phalanx.it.benchmark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code wrk --latency} printed at the end of one run.
 *
 * @param perSecond completed requests a second
 * @param p50Micros median of the latencies, in microseconds
 * @param errors answers other than 2xx and 3xx, and connections that failed
 */
record WrkReport(long requests, double perSecond, long p50Micros, long p99Micros, long errors) {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
  private static final Pattern PER_SECOND = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern STATUS_ERRORS =
      Pattern.compile("Non-2xx or 3xx responses:\\s+(\\d+)");
  private static final Pattern SOCKET_ERRORS =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

  /**
   * @throws IllegalArgumentException if {@code output} is not that of a whole run
   */
  static WrkReport parse(String output) {
    return new WrkReport(
        Long.parseLong(found(REQUESTS, output).group(1)),
        Double.parseDouble(found(PER_SECOND, output).group(1)),
        percentileMicros("50%", output),
        percentileMicros("99%", output),
        sumOfGroups(STATUS_ERRORS, output) + sumOfGroups(SOCKET_ERRORS, output));
  }

  private static Matcher found(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no \"" + pattern + "\" in what wrk said:\n" + output);
    }
    return matcher;
  }

  private static long percentileMicros(String percentile, String output) {
    Matcher line =
        found(Pattern.compile("\\s" + percentile + "\\s+([0-9.]+)(us|ms|s|m|h)\\b"), output);
    double number = Double.parseDouble(line.group(1));
    double micros =
        switch (line.group(2)) {
          case "us" -> number;
          case "ms" -> number * 1e3;
          case "s" -> number * 1e6;
          case "m" -> number * 60e6;
          default -> number * 3600e6;
        };
    return Math.round(micros);
  }

  private static long sumOfGroups(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    long sum = 0;
    if (matcher.find()) {
      for (int i = 1; i <= matcher.groupCount(); i++) {
        sum += Long.parseLong(matcher.group(i));
      }
    }
    return sum;
  }
}
