package io.phalanx.it.harness;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One node as a process of its own, started as the launcher starts it. */
public final class NodeProcess implements AutoCloseable {
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private final Process process;
  private final Path log;

  private NodeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** For nodes whose speed does not matter: starts in half the time. */
  public static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1");

  /**
   * @param directory of this node alone: its data and log go there
   */
  public static NodeProcess start(Path directory, List<String> arguments) throws IOException {
    return startWith(QUICK_START, directory, arguments);
  }

  /**
   * @param jvmOptions beside those of the launcher
   * @param directory of this node alone
   */
  public static NodeProcess startWith(
      List<String> jvmOptions, Path directory, List<String> arguments) throws IOException {
    return startBy(command(jvmOptions, List.of()), directory, arguments);
  }

  /**
   * @param command that runs a node, to which arguments can be added
   * @param directory of this node alone
   */
  public static NodeProcess startBy(List<String> command, Path directory, List<String> arguments)
      throws IOException {
    return startBy(command, directory, arguments, Map.of());
  }

  /**
   * @param environment beside this process's own
   */
  public static NodeProcess startIn(
      Map<String, String> environment, Path directory, List<String> arguments) throws IOException {
    return startBy(command(QUICK_START, List.of()), directory, arguments, environment);
  }

  private static NodeProcess startBy(
      List<String> command, Path directory, List<String> arguments, Map<String, String> environment)
      throws IOException {
    Files.createDirectories(directory);
    Path log = directory.resolve("node.log");
    var all = new ArrayList<>(command);
    all.addAll(arguments);
    if (all.stream().noneMatch(argument -> argument.startsWith("--dataDir="))) {
      all.add("--dataDir=" + directory.resolve("data"));
    }
    var builder =
        new ProcessBuilder(all)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return new NodeProcess(builder.start(), log);
  }

  /**
   * A node with one entry point for all that comes, by TLS or not, to one server; {@code /ready}
   * tells that it is up.
   *
   * @param directory of this node alone; its routes go there, too
   */
  public static NodeProcess inFrontOf(
      String server, int port, Path directory, List<String> jvmOptions) throws IOException {
    Files.createDirectories(directory);
    Path routes = directory.resolve("routes.yml");
    Files.writeString(
        routes,
        """
        http:
          routers:
            plain: {rule: "PathPrefix(`/`)", service: app}
            secure: {rule: "PathPrefix(`/`)", service: app, tls: {}}
            ready: {rule: "Path(`/ready`)", priority: 100, service: "ping@internal"}
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
        """
            .formatted(server));
    return startWith(
        jvmOptions,
        directory,
        List.of(
            "--entryPoints.web.address=127.0.0.1:" + port,
            "--ping.manualRouting=true",
            "--providers.file.filename=" + routes));
  }

  /** What a command about a running node came to. */
  public record Outcome(int exitCode, String text) {}

  /** Runs a command as the launcher does, such as {@code config apply FILE}. */
  public static Outcome run(List<String> words) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command("", QUICK_START, words)).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), text.strip());
  }

  /** Sends a signal, as {@code HUP}. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** How the launcher starts a node. */
  public static List<String> command(List<String> jvmOptions, List<String> arguments) {
    return command("run", jvmOptions, arguments);
  }

  private static List<String> command(
      String name, List<String> jvmOptions, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of(System.getProperty("phalanx.root"), "node", "jvm.options"));
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(classPath());
    command.add("io.phalanx.node.Main");
    if (!name.isEmpty()) {
      command.add(name);
    }
    command.addAll(arguments);
    return command;
  }

  /** This JVM's own but for the tests, under whatever name the test runner passes it on. */
  private static String classPath() {
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path tests = Path.of(System.getProperty("phalanx.root"), "integration-tests");
    return Stream.of(own.split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).startsWith(tests))
        .collect(Collectors.joining(File.pathSeparator));
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Makes {@link #peakMemory} count from now, where the system can. */
  public void forgetPeakMemory() throws IOException {
    Path clear = Path.of("/proc", Long.toString(process.pid()), "clear_refs");
    if (Files.isWritable(clear)) {
      Files.writeString(clear, "5");
    }
  }

  /** The most memory that the process had in RAM (VmHWM), in KiB; none where there is no /proc. */
  public OptionalLong peakMemory() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.exists(status)) {
      return OptionalLong.empty();
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst();
  }

  public long pid() {
    return process.pid();
  }

  /** Waits for the end of the process and tells how it ended. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the node did not end:\n" + log());
    }
    return process.exitValue();
  }

  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGSTOP, until {@link #thaw}. */
  public void freeze() throws IOException, InterruptedException {
    Signals.freeze(process);
  }

  public void thaw() throws IOException, InterruptedException {
    Signals.thaw(process);
  }

  /** SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** SIGTERM, then waits for the end. */
  public void stop() throws InterruptedException {
    process.destroy();
    exitCode();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
