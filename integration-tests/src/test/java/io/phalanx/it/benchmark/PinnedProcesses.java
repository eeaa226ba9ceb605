package io.phalanx.it.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Processes, most of which run on one core each. Closing ends all of them, also when another thread
 * is about to start one: that start fails.
 */
final class PinnedProcesses implements AutoCloseable {
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private final String taskset;
  private final Deque<Process> running = new ArrayDeque<>();
  private boolean closed;

  PinnedProcesses(String taskset) {
    this.taskset = taskset;
  }

  /** Starts a server whose output is appended to a file. */
  Process start(Path log, int core, List<String> command) throws IOException {
    return start(
        new ProcessBuilder(pinned(core, command))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile())));
  }

  /** The same without a core of its own. */
  Process startAnywhere(Path log, List<String> command) throws IOException {
    return start(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile())));
  }

  /** Starts a program that is spoken to; only its errors are appended to a file. */
  Process startFilter(Path log, int core, List<String> command) throws IOException {
    return start(
        new ProcessBuilder(pinned(core, command)).redirectError(Redirect.appendTo(log.toFile())));
  }

  /** Runs a client to its end; what it printed. */
  String run(int core, List<String> command) throws IOException {
    return run(pinned(core, command));
  }

  /** The same without a core of its own. */
  String run(List<String> command) throws IOException {
    Process process = start(new ProcessBuilder(command).redirectErrorStream(true));
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int exit = process.onExit().join().exitValue();
    synchronized (this) {
      running.remove(process);
    }
    if (exit != 0) {
      throw new IOException(command.getFirst() + " ended with " + exit + ": " + output);
    }
    return output;
  }

  private List<String> pinned(int core, List<String> command) {
    var pinned = new ArrayList<>(List.of(taskset, "-c", Integer.toString(core)));
    pinned.addAll(command);
    return pinned;
  }

  private synchronized Process start(ProcessBuilder builder) throws IOException {
    if (closed) {
      throw new IOException("the run is over");
    }
    Process process = builder.start();
    running.push(process);
    return process;
  }

  void end(Process process) {
    end(process, END_LIMIT);
  }

  /**
   * @param limit after which it is killed
   */
  synchronized void end(Process process, Duration limit) {
    process.destroy();
    awaitEnd(process, limit);
    running.remove(process);
  }

  /** Ends what runs now. */
  synchronized void endAll() {
    running.forEach(Process::destroy);
    running.forEach(process -> awaitEnd(process, END_LIMIT));
    running.clear();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    endAll();
  }

  private static void awaitEnd(Process process, Duration limit) {
    List<ProcessHandle> below = process.descendants().toList();
    CompletableFuture<Process> end = process.onExit();
    end.completeOnTimeout(process, limit.toMillis(), TimeUnit.MILLISECONDS).join();
    below.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }
}
