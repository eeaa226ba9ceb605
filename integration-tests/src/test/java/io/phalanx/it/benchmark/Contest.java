package io.phalanx.it.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the contestants of one scenario under load: as much as they take, then at a fixed rate, and
 * then under a profiler, if there is one.
 */
final class Contest {
  private static final int SHORT_WARM_UP_SECONDS = 2;
  private static final int CLIENT_WARM_UP_SECONDS = 20;
  private static final int PROFILED_SLICES = 3;

  private final Workbench workbench;
  private final Scenario scenario;
  private final Lineup lineup;
  private final Measurement measurement;
  private final Optional<Profiler> profiler;
  private final PrintStream progress;

  Contest(
      Workbench workbench,
      Scenario scenario,
      Lineup lineup,
      Measurement measurement,
      Optional<Profiler> profiler,
      PrintStream progress) {
    this.workbench = workbench;
    this.scenario = scenario;
    this.lineup = lineup;
    this.measurement = measurement;
    this.profiler = profiler;
    this.progress = progress;
  }

  /** The first contestant is the baseline. */
  Outcome run(List<Contestant> contestants) throws IOException {
    for (Contestant contestant : contestants) {
      int seconds = contestant.compiles() ? measurement.warmUpSeconds() : SHORT_WARM_UP_SECONDS;
      progress.printf("%s: warming %s up for %d s%n", scenario, contestant.name(), seconds);
      warmUp(contestant, seconds);
    }
    var turns = new Turns(measurement.slices(), measurement.gateCores());
    Map<String, List<Slice>> slices = turns.take(contestants, this::measure);
    int rate = halfOf(slices.getOrDefault(contestants.getFirst().name(), List.of()));
    return new Outcome(slices, rate, paced(turns, contestants, rate), profiles(contestants));
  }

  /** Of loads of their own: a profiler is work, too. */
  private Map<String, Profile> profiles(List<Contestant> contestants) throws IOException {
    Map<String, Profile> profiles = new LinkedHashMap<>();
    if (profiler.isEmpty()) {
      return profiles;
    }
    for (Contestant contestant : contestants) {
      if (contestant.compiles()) {
        progress.printf("%s: profiling %s%n", scenario, contestant.name());
        profiles.put(
            contestant.name(),
            profiler
                .get()
                .during(
                    contestant,
                    () ->
                        scenario
                            .client()
                            .load(
                                workbench,
                                contestant,
                                scenario.body(),
                                PROFILED_SLICES * measurement.seconds())));
      }
    }
    return profiles;
  }

  /** Requests a second. */
  private int halfOf(List<Slice> baseline) {
    double perSecond = Summary.of(baseline, baseline, measurement.gateCores()).perSecond();
    double all =
        Double.isFinite(perSecond)
            ? perSecond
            : baseline.stream()
                .mapToDouble(slice -> slice.client().perSecond())
                .average()
                .orElse(2);
    return Math.max(1, (int) (all / 2));
  }

  /**
   * In runs as short as the slices: what only happens at the end of a run, such as the closing of
   * connections, would else make the compiler start again within the first slices.
   */
  private void warmUp(Contestant contestant, int seconds) throws IOException {
    int each = measurement.seconds();
    for (int left = seconds; left > 0; left -= each) {
      scenario.client().load(workbench, contestant, scenario.body(), Math.min(left, each));
    }
  }

  private Slice measure(int round, Contestant contestant) throws IOException {
    forgetRecord(contestant);
    Usage.During<LoadReport> load =
        Usage.during(
            contestant,
            List.of(lineup.upstream()),
            () ->
                scenario
                    .client()
                    .load(workbench, contestant, scenario.body(), measurement.seconds()));
    if (load.result().requests() == 0) {
      throw new IOException(contestant.name() + " answered nothing");
    }
    Slice slice = Slice.of(round, load.usage(), load.result());
    progress.printf(
        "%s: round %d, %s: %.1f µs, others used %.2f cores%n",
        scenario, round, contestant.name(), slice.cpuMicros(), slice.foreignCores());
    requireRecord(contestant, load.result().requests());
    return slice;
  }

  private Map<String, List<PacedSlice>> paced(Turns turns, List<Contestant> contestants, int rate)
      throws IOException {
    if (job(contestants.getFirst(), rate).isEmpty()) {
      return Map.of();
    }
    try (PacedProcess client = PacedProcess.start(workbench, lineup.site().file("paced.log"))) {
      warmUp(client, contestants, rate);
      return turns.take(
          contestants,
          (round, contestant) -> {
            forgetRecord(contestant);
            Usage.During<PacedReport> load =
                Usage.during(
                    contestant,
                    List.of(lineup.upstream(), client.process()),
                    () -> paced(client, contestant, rate));
            PacedReport report = load.result();
            var slice = new PacedSlice(round, load.usage().foreignCores(), report);
            progress.printf(
                "%s: round %d, %s at %d/s: p99 %.2f ms, %d errors, others used %.2f cores%n",
                scenario,
                round,
                contestant.name(),
                rate,
                report.p99Micros() / 1e3,
                report.errors(),
                slice.foreignCores());
            requireRecord(contestant, report.requests() - report.errors());
            return slice;
          });
    }
  }

  /** For the client's own compiler, which has no core of its own either. */
  private void warmUp(PacedProcess client, List<Contestant> contestants, int rate)
      throws IOException {
    int seconds = Math.min(CLIENT_WARM_UP_SECONDS, measurement.warmUpSeconds());
    progress.printf("%s: warming the paced client up%n", scenario);
    for (int done = 0; done < seconds; done += contestants.size() * measurement.seconds()) {
      for (Contestant contestant : contestants) {
        paced(client, contestant, rate);
      }
    }
  }

  private PacedReport paced(PacedProcess client, Contestant contestant, int rate)
      throws IOException {
    return client.run(
        job(contestant, rate).orElseThrow(() -> new IllegalStateException("no paced load")));
  }

  private Optional<PacedJob> job(Contestant contestant, int rate) {
    return scenario
        .client()
        .paced(contestant, scenario.body(), lineup.site().tls(), rate, measurement.seconds());
  }

  private static void forgetRecord(Contestant contestant) throws IOException {
    Optional<AccessRecord> record = contestant.record();
    if (record.isPresent()) {
      record.get().forget();
    }
  }

  private static void requireRecord(Contestant contestant, long requests) throws IOException {
    Optional<AccessRecord> record = contestant.record();
    if (record.isPresent()) {
      record.get().requireLines(contestant.name(), requests);
    }
  }
}
