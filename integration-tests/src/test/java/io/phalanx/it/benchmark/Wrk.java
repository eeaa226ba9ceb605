package io.phalanx.it.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code wrk}: HTTP/1.1, one request at a time on each connection, which are kept.
 *
 * @param headers beside {@code Host}, each as {@code Name: value}
 */
record Wrk(Wire wire, int connections, List<String> headers) implements LoadClient {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
  private static final Pattern PER_SECOND = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern STATUS_ERRORS =
      Pattern.compile("Non-2xx or 3xx responses:\\s+(\\d+)");
  private static final Pattern SOCKET_ERRORS =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

  Wrk {
    headers = List.copyOf(headers);
  }

  @Override
  public LoadReport load(Workbench workbench, Contestant contestant, Body body, int seconds)
      throws IOException {
    var command = new ArrayList<String>();
    if (wire.isTls()) {
      command.addAll(List.of("env", "OPENSSL_CONF=" + Tls.openSslSettings(workbench)));
    }
    command.addAll(
        List.of(
            workbench.programs().path("wrk"),
            "-t1",
            "-c" + connections,
            "-d" + seconds + "s",
            "--latency"));
    command.addAll(List.of("-H", "Host: " + contestant.host()));
    headers.forEach(header -> command.addAll(List.of("-H", header)));
    command.add(wire.url(contestant.port(), body.path()));
    return parse(workbench.processes().run(Workbench.OTHER_CORE, command));
  }

  @Override
  public Optional<PacedJob> paced(
      Contestant contestant, Body body, Tls tls, int perSecond, int seconds) {
    return Optional.of(
        new PacedJob(
            wire,
            contestant.port(),
            tls.chainFile().toString(),
            contestant.host(),
            body.path(),
            headers,
            PacedJob.payload(body.payload()),
            body.length(),
            connections,
            1,
            perSecond,
            seconds));
  }

  /**
   * @param output of {@code wrk --latency}
   * @throws IllegalArgumentException if it is not that of a whole run
   */
  static LoadReport parse(String output) {
    return new LoadReport(
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
