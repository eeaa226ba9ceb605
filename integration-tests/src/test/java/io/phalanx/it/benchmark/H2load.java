package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code h2load} of nghttp2.
 *
 * @param headers beside those that it sends by itself, each as {@code name: value}
 */
record H2load(Wire wire, Pace pace, List<String> headers) implements LoadClient {
  private static final Pattern FINISHED =
      Pattern.compile("finished in ([0-9.]+)(us|ms|s), ([0-9.]+) req/s");
  private static final Pattern REQUESTS =
      Pattern.compile("(\\d+) done, (\\d+) succeeded, (\\d+) failed, (\\d+) errored");

  H2load {
    headers = List.copyOf(headers);
  }

  /** How many connections there are, and when. */
  sealed interface Pace {
    List<String> options(int seconds);
  }

  /** Connections that are kept, with so many requests at a time on each. */
  record Kept(int connections, int streams) implements Pace {
    @Override
    public List<String> options(int seconds) {
      return List.of("-c" + connections, "-m" + streams, "-D" + seconds);
    }
  }

  /** New connections for one request each, some every 10 ms; no session is taken up again. */
  record Fresh(int perTenMillis) implements Pace {
    @Override
    public List<String> options(int seconds) {
      int all = 100 * perTenMillis * seconds;
      return List.of("-r" + perTenMillis, "--rate-period=10ms", "-c" + all, "-n" + all);
    }
  }

  @Override
  public LoadReport load(Workbench workbench, Contestant contestant, Body body, int seconds)
      throws IOException {
    Path log = workbench.file("h2load.tsv");
    Files.deleteIfExists(log);
    var command = new ArrayList<>(List.of(workbench.programs().path("h2load"), "-t1"));
    command.add("--log-file=" + log);
    command.addAll(pace.options(seconds));
    headers.forEach(header -> command.addAll(List.of("-H", header)));
    if (wire.isTls()) {
      command.addAll(Tls.H2LOAD_OPTIONS);
    }
    if (!wire.isHttp2()) {
      command.add("--h1");
    }
    if (body.payload().length > 0) {
      Path payload = Files.write(workbench.file("payload.bin"), body.payload());
      command.addAll(List.of("-d", payload.toString()));
    }
    command.add(wire.url(contestant.port(), body.path()));
    String output = workbench.processes().run(Workbench.OTHER_CORE, command);
    try (Stream<String> lines = Files.lines(log)) {
      return parse(output, lines);
    }
  }

  @Override
  public Optional<PacedJob> paced(
      Contestant contestant, Body body, Tls tls, int perSecond, int seconds) {
    return switch (pace) {
      case Fresh _ -> Optional.empty();
      case Kept kept ->
          Optional.of(
              new PacedJob(
                  wire,
                  contestant.port(),
                  tls.chainFile().toString(),
                  "127.0.0.1:" + contestant.port(),
                  body.path(),
                  headers,
                  PacedJob.payload(body.payload()),
                  body.length(),
                  kept.connections(),
                  kept.streams(),
                  perSecond,
                  seconds));
    };
  }

  /**
   * @param log a line for each request: start, status and microseconds, with tabs between them
   * @throws IllegalArgumentException if the output is not that of a whole run
   */
  static LoadReport parse(String output, Stream<String> log) {
    Matcher finished = found(FINISHED, output);
    Matcher requests = found(REQUESTS, output);
    var micros =
        Latencies.of(
            log.mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf('\t') + 1))));
    return new LoadReport(
        Long.parseLong(requests.group(2)),
        Double.parseDouble(finished.group(3)),
        micros.part(0.5),
        micros.part(0.99),
        Long.parseLong(requests.group(3)));
  }

  private static Matcher found(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no \"" + pattern + "\" in what h2load said:\n" + output);
    }
    return matcher;
  }
}
