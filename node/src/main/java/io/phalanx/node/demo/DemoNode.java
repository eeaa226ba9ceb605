package io.phalanx.node.demo;

import io.phalanx.node.systemd.Supervisor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One node of the demonstration: a process of the same Java, class path and options as this one.
 */
final class DemoNode {
  private static final Duration END_LIMIT = Duration.ofSeconds(15);
  private static final int LOG_TAIL_LINES = 20;

  private final Process process;
  private final Path log;

  private DemoNode(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static DemoNode start(int number, List<String> arguments, Path log) throws IOException {
    var command = new ArrayList<String>(ownJava());
    command.add("run");
    command.addAll(arguments);
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("TRAEFIK_") || name.startsWith("PHALANX_"));
    Supervisor.VARIABLES.forEach(builder.environment()::remove);
    builder.environment().put(ParentProcess.VARIABLE, Long.toString(ProcessHandle.current().pid()));
    return new DemoNode(builder.start(), log);
  }

  /**
   * Program, options and main class of this process. Asked of Java, because Linux tells no more
   * than a page of a command line.
   */
  private static List<String> ownJava() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass(System.getProperty("sun.java.command", "")));
    return command;
  }

  private static String mainClass(String started) {
    int end = started.indexOf(' ');
    if (end <= 0) {
      throw new IllegalStateException("this Java does not tell how it was started");
    }
    return started.substring(0, end);
  }

  /** Waits until the node answers a request from its configuration: anything but 404. */
  boolean awaitAnswer(int port, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (System.nanoTime() < end && process.isAlive()) {
        try {
          if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
            return true;
          }
        } catch (IOException _) {
          // Not listening yet.
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    return false;
  }

  String logTail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(
        System.lineSeparator(),
        lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
  }

  void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  void stop() {
    process.destroy();
  }

  void awaitOrKill() {
    try {
      if (process.waitFor(END_LIMIT)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
