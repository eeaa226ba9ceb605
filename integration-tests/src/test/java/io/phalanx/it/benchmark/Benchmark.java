package io.phalanx.it.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The program; {@code integration-tests/benchmark} builds and starts it. */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Processor time of one proxied request: Phalanx beside HAProxy, nginx and Traefik.")
public final class Benchmark implements Callable<Integer> {
  @Option(names = "--slices", description = "Quiet slices of each proxy.", defaultValue = "6")
  private int slices;

  @Option(names = "--seconds", description = "Length of a slice.", defaultValue = "3")
  private int seconds;

  @Option(
      names = "--warm-up",
      description = "Seconds of load before the first slice of a node, for its compiler.",
      defaultValue = "60")
  private int warmUp;

  @Option(
      names = "--gate",
      description = "A slice counts if other processes used fewer cores than this.",
      defaultValue = "0.30")
  private double gate;

  @Option(
      names = "--scenario",
      description = "Once or more: ${COMPLETION-CANDIDATES}. All if absent.")
  private List<Scenario> scenarios = List.of();

  @Option(
      names = "--footprint",
      description = "Time to the first answer, and memory. With all scenarios, or if asked for.")
  private boolean footprint;

  @Option(
      names = "--activation",
      description = "What a change of 100,000 routers takes. With all scenarios, or if asked for.")
  private boolean activation;

  @Option(
      names = "--profile",
      description = "Also prints the ten largest entries of nodes' profiles, by async-profiler.")
  private boolean profile;

  @Option(
      names = "--traefik",
      showDefaultValue = Visibility.NEVER,
      description = "A Traefik binary to measure too.")
  private Optional<Path> traefik = Optional.empty();

  @Option(
      names = "--json",
      showDefaultValue = Visibility.NEVER,
      description = "Also writes the result to this file, as JSON.")
  private Optional<Path> json = Optional.empty();

  private final Path root;
  private final PrintStream out;
  private final PrintStream err;

  private Benchmark(Path root, PrintStream out, PrintStream err) {
    this.root = root;
    this.out = out;
    this.err = err;
  }

  public static void main(String[] arguments) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    var benchmark = new Benchmark(Path.of(System.getProperty("phalanx.root")), out, err);
    System.exit(
        new CommandLine(benchmark).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Measurement measurement;
    Programs programs;
    Optional<Path> profiler;
    try {
      measurement = new Measurement(slices, seconds, warmUp, gate);
      programs = Programs.find(System.getenv().getOrDefault("PATH", ""));
      requireMachine();
      profiler = profile ? Optional.of(Profiler.library(root)) : Optional.empty();
    } catch (IllegalArgumentException | Programs.MissingException e) {
      err.println("benchmark: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    Path directory = Files.createTempDirectory("phalanx-benchmark");
    var processes = new PinnedProcesses(programs.path("taskset"));
    Runnable end =
        () -> {
          processes.close();
          Folders.delete(directory);
        };
    // Ctrl-C: the hook ends the processes, and what still runs here fails and is not heard.
    Runtime.getRuntime().addShutdownHook(new Thread(end, "clean-up"));
    var workbench = new Workbench(processes, programs, root, directory);
    return run(measurement, workbench, profiler.map(library -> new Profiler(workbench, library)))
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }

  private void requireMachine() throws Programs.MissingException {
    if (!Files.isReadable(Path.of("/proc/stat"))) {
      throw new Programs.MissingException("needs Linux: processor time is read from /proc");
    }
    if (Runtime.getRuntime().availableProcessors() < 2) {
      throw new Programs.MissingException("needs two cores: one is the proxy's alone");
    }
    if (traefik.isPresent() && !Files.isExecutable(traefik.get())) {
      throw new Programs.MissingException("not a program: " + traefik.get());
    }
  }

  /** Whether nothing failed. What could be measured is reported all the same. */
  private boolean run(Measurement measurement, Workbench workbench, Optional<Profiler> profiler)
      throws IOException {
    var report = new Report(machine(workbench.programs()), measurement);
    Tls tls = Tls.create(workbench.directory());
    err.println("benchmark: the launcher builds, and makes its cache ...");
    if (!measure(workbench, "launcher", _ -> NodeCommand.prepare(workbench))) {
      return false;
    }
    boolean all = scenarios.isEmpty() && !footprint && !activation;
    List<Scenario> chosen = all ? List.of(Scenario.values()) : scenarios;
    boolean isWhole = true;
    for (Scenario scenario : chosen) {
      isWhole &= measure(workbench, scenario, tls, measurement, profiler, report);
    }
    if (footprint || all) {
      isWhole &= measureFootprint(workbench, tls, measurement, report);
    }
    if (activation || all) {
      isWhole &= measureActivations(workbench, tls, measurement, report);
    }
    if (workbench.processes().isClosed()) {
      return false;
    }
    out.print("\n" + report.table() + report.profiles());
    if (json.isPresent()) {
      Files.writeString(json.get(), report.json());
    }
    return isWhole;
  }

  private interface Part {
    void measure(Path folder) throws IOException;
  }

  private boolean measure(
      Workbench workbench,
      Scenario scenario,
      Tls tls,
      Measurement measurement,
      Optional<Profiler> profiler,
      Report report) {
    return measure(
        workbench,
        scenario.toString(),
        folder -> {
          List<String> options = profile ? Profiler.JVM_OPTIONS : List.of();
          Lineup lineup = Lineup.start(workbench, scenario, tls, folder, options);
          List<Contestant> contestants = lineup.contestants(traefik);
          var contest = new Contest(workbench, scenario, lineup, measurement, profiler, err);
          report.add(scenario, contest.run(contestants));
        });
  }

  private boolean measureFootprint(
      Workbench workbench, Tls tls, Measurement measurement, Report report) {
    return measure(
        workbench,
        "footprint",
        folder -> {
          err.println("footprint: starting a fleet");
          Candidates candidates = Candidates.prepare(workbench, folder, tls);
          report.add(
              new Footprint(
                      workbench,
                      candidates,
                      folder,
                      measurement.warmUpSeconds(),
                      measurement.gateCores(),
                      err)
                  .measure());
        });
  }

  private boolean measureActivations(
      Workbench workbench, Tls tls, Measurement measurement, Report report) {
    boolean isWhole = measureActivation(workbench, tls, List.of(), measurement, report);
    isWhole &= measureActivation(workbench, tls, Activations.LARGE, measurement, report);
    return isWhole;
  }

  private boolean measureActivation(
      Workbench workbench,
      Tls tls,
      List<String> jvmOptions,
      Measurement measurement,
      Report report) {
    String name = jvmOptions.isEmpty() ? "as started" : String.join(" ", jvmOptions);
    err.println("activation: " + name);
    return measure(
        workbench,
        "activation",
        folder -> {
          var site = new Site(folder, Scenario.MINIMAL, List.of(), tls);
          report.add(
              name, new Activations(workbench, site, jvmOptions, measurement, err).measure());
        });
  }

  /** Whether it could be measured; if not it is told why. */
  private boolean measure(Workbench workbench, String name, Part part) {
    Path folder = workbench.file(name);
    try {
      part.measure(Files.createDirectories(folder));
      return true;
    } catch (IOException | IllegalArgumentException e) {
      if (!workbench.processes().isClosed()) {
        err.println("benchmark: " + name + ": " + e.getMessage());
        Folders.showLogs(folder, err);
      }
      return false;
    } finally {
      workbench.processes().endAll();
      Folders.delete(folder);
    }
  }

  private Map<String, String> machine(Programs programs) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("kernel", System.getProperty("os.version"));
    facts.put("java", System.getProperty("java.vm.version"));
    facts.put("loadAverage", Files.readString(Path.of("/proc/loadavg")).strip());
    facts.put("haproxy", Programs.version(programs.path("haproxy"), "-v"));
    facts.put("nginx", Programs.version(programs.path("nginx"), "-v"));
    facts.put("wrk", Programs.version(programs.path("wrk"), "-v"));
    facts.put("h2load", Programs.version(programs.path("h2load"), "--version"));
    traefik.ifPresent(
        binary -> facts.put("traefik", Programs.version(binary.toString(), "version")));
    if (traefik.isEmpty()) {
      facts.put("traefik", "left out: no binary was named with --traefik");
    }
    facts.forEach((name, value) -> out.printf("%-12s %s%n", name, value));
    return facts;
  }
}
