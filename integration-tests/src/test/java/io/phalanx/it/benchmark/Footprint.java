package io.phalanx.it.benchmark;

import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Time from the start of a process to its first answer, and memory under load. A node has the
 * demonstration's configuration: on its own, or as the third member of a fleet.
 */
final class Footprint {
  private static final int STARTS = 5;
  private static final int SHORT_LOAD_SECONDS = 5;
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private final Workbench workbench;
  private final Candidates candidates;
  private final Path folder;
  private final int loadSeconds;
  private final double gateCores;
  private final PrintStream progress;
  private int starts;

  /**
   * @param folder for all that the proxies write
   * @param loadSeconds of those whose memory grows while they compile
   * @param gateCores cores that others may use before a start does not count
   */
  Footprint(
      Workbench workbench,
      Candidates candidates,
      Path folder,
      int loadSeconds,
      double gateCores,
      PrintStream progress) {
    this.workbench = workbench;
    this.candidates = candidates;
    this.folder = folder;
    this.loadSeconds = loadSeconds;
    this.gateCores = gateCores;
    this.progress = progress;
  }

  Map<String, FootprintReport> measure() throws IOException {
    Map<String, List<FootprintReport.Start>> known =
        new Turns(STARTS, gateCores)
            .take(candidates.all(), (round, candidate) -> start(round, candidate, _ -> {}));
    Map<String, FootprintReport> reports = new LinkedHashMap<>();
    for (Candidate candidate : candidates.all()) {
      var most = new ArrayList<Smaps>();
      start(0, candidate, running -> most.add(underLoad(candidate, running)));
      progress.printf("footprint: %s holds %s%n", candidate.name(), most.getFirst());
      reports.put(
          candidate.name(),
          FootprintReport.of(
              known.getOrDefault(candidate.name(), List.of()), gateCores, most.getFirst()));
    }
    return reports;
  }

  /** With a short name: a node has its control socket there. */
  private Path fresh() throws IOException {
    return Files.createDirectories(folder.resolve(Integer.toString(++starts)));
  }

  private record Running(Process process, int port) {}

  private interface While {
    void isRunning(Running running) throws IOException;
  }

  private FootprintReport.Start start(int round, Candidate candidate, While then)
      throws IOException {
    Path own = fresh();
    int port = Ports.free(1).getFirst();
    List<String> command = candidate.start().command(port, own);
    long ownTicks = Usage.ticks(candidates.others());
    long machineTicks = ProcessorTime.ofMachine();
    long start = System.nanoTime();
    Process process = workbench.processes().startAnywhere(own.resolve("start.log"), command);
    FirstAnswer.await(candidate.name(), process, port);
    double seconds = (System.nanoTime() - start) / 1e9;
    long proxyTicks = ProcessorTime.ofTree(process.pid());
    var usage =
        new Usage(
            proxyTicks,
            proxyTicks + Usage.ticks(candidates.others()) - ownTicks,
            ProcessorTime.ofMachine() - machineTicks,
            seconds);
    then.isRunning(new Running(process, port));
    candidate.end().say(own);
    workbench.processes().end(process, END_LIMIT);
    var measured = new FootprintReport.Start(round, 1e3 * seconds, usage.foreignCores());
    progress.printf(
        "footprint: %s answers after %.0f ms, others used %.2f cores%n",
        candidate.name(), measured.millis(), measured.foreignCores());
    return measured;
  }

  private Smaps underLoad(Candidate candidate, Running running) throws IOException {
    int seconds = candidate.compiles() ? loadSeconds : SHORT_LOAD_SECONDS;
    Process load =
        workbench
            .processes()
            .startAnywhere(
                folder.resolve("wrk.out"),
                List.of(
                    workbench.programs().path("wrk"),
                    "-t1",
                    "-c64",
                    "-d" + seconds + "s",
                    Wire.HTTP1.url(running.port(), "/")));
    var most = new Smaps(0, 0);
    while (load.isAlive()) {
      most = most.max(Smaps.ofTree(running.process().pid()));
      load.onExit().completeOnTimeout(load, 200, TimeUnit.MILLISECONDS).join();
    }
    workbench.processes().end(load, END_LIMIT);
    if (load.exitValue() != 0) {
      throw new IOException("wrk ended with " + load.exitValue());
    }
    return most;
  }
}
