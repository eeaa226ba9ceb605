package io.phalanx.it.harness;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One node as a process of its own, started as the launcher starts it. */
public final class NodeProcess implements AutoCloseable {
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private final Process process;
  private final Path log;

  private NodeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * @param directory of this node alone: its data and log go there
   */
  public static NodeProcess start(Path directory, List<String> arguments) throws IOException {
    Files.createDirectories(directory);
    Path log = directory.resolve("node.log");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of(System.getProperty("phalanx.root"), "node", "jvm.options"));
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(classPath());
    command.add("io.phalanx.node.Main");
    command.add("run");
    command.addAll(arguments);
    command.add("--dataDir=" + directory.resolve("data"));
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new NodeProcess(process, log);
  }

  /** This JVM's own, under whatever name the test runner passes it on. */
  private static String classPath() {
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return String.join(File.pathSeparator, own.split(File.pathSeparator));
  }

  public boolean isAlive() {
    return process.isAlive();
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
