package io.phalanx.it.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts contestants under load by turns (A B C A B C ...), so that what happens to the machine
 * happens to all of them. A slice in which others used the machine too much is measured again, in a
 * further round; twice as many rounds as were asked for are the end.
 */
final class Contest {
  private static final int SHORT_WARM_UP_SECONDS = 2;

  private final Workbench workbench;
  private final long upstreamPid;
  private final Measurement measurement;
  private final PrintStream progress;

  Contest(Workbench workbench, long upstreamPid, Measurement measurement, PrintStream progress) {
    this.workbench = workbench;
    this.upstreamPid = upstreamPid;
    this.measurement = measurement;
    this.progress = progress;
  }

  /** All slices of each, in the order they were measured; the first contestant is the baseline. */
  Map<String, List<Slice>> run(Scenario scenario, List<Contestant> contestants) throws IOException {
    for (Contestant contestant : contestants) {
      int seconds = contestant.compiles() ? measurement.warmUpSeconds() : SHORT_WARM_UP_SECONDS;
      progress.printf("%s: warming %s up for %d s%n", scenario, contestant.name(), seconds);
      warmUp(scenario, contestant, seconds);
    }
    Map<String, List<Slice>> slices = new LinkedHashMap<>();
    contestants.forEach(contestant -> slices.put(contestant.name(), new ArrayList<>()));
    for (int round = 1; round <= 2 * measurement.slices() && !isEnough(slices); round++) {
      for (Contestant contestant : contestants) {
        Slice slice = measure(round, scenario, contestant);
        slices.getOrDefault(contestant.name(), new ArrayList<>()).add(slice);
        progress.printf(
            "%s: round %d, %s: %.1f µs, others used %.2f cores%n",
            scenario, round, contestant.name(), slice.cpuMicros(), slice.foreignCores());
      }
    }
    return slices;
  }

  /**
   * In runs as short as the slices: what only happens at the end of a run, such as the closing of
   * connections, would else make the compiler start again within the first slices.
   */
  private void warmUp(Scenario scenario, Contestant contestant, int seconds) throws IOException {
    int each = measurement.seconds();
    for (int left = seconds; left > 0; left -= each) {
      load(scenario, contestant, Math.min(left, each));
    }
  }

  private boolean isEnough(Map<String, List<Slice>> slices) {
    return slices.values().stream()
        .allMatch(
            own ->
                own.stream().filter(slice -> slice.isQuiet(measurement.gateCores())).count()
                    >= measurement.slices());
  }

  private Slice measure(int round, Scenario scenario, Contestant contestant) throws IOException {
    Optional<AccessRecord> record = contestant.record();
    if (record.isPresent()) {
      record.get().forget();
    }
    long proxy = ProcessorTime.ofTree(contestant.pid());
    long own = proxy + ownTicks();
    long machine = ProcessorTime.ofMachine();
    long start = System.nanoTime();
    LoadReport report = load(scenario, contestant, measurement.seconds());
    double seconds = (System.nanoTime() - start) / 1e9;
    long proxyAfter = ProcessorTime.ofTree(contestant.pid());
    Slice slice =
        Slice.of(
            round,
            proxyAfter - proxy,
            proxyAfter + ownTicks() - own,
            ProcessorTime.ofMachine() - machine,
            seconds,
            report);
    if (record.isPresent()) {
      record.get().requireLines(contestant.name(), report.requests());
    }
    return slice;
  }

  /** Upstream, this program, and the clients that it has run. */
  private long ownTicks() {
    return ProcessorTime.ofTree(upstreamPid)
        + ProcessorTime.ofProcess(ProcessHandle.current().pid());
  }

  private LoadReport load(Scenario scenario, Contestant contestant, int seconds)
      throws IOException {
    return scenario.client().load(workbench, contestant, scenario.body(), seconds);
  }
}
