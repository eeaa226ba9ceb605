package io.phalanx.cluster.hazelcast;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does some things again and again; where one fails the others go on. */
final class Rounds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  private final Map<String, Task> tasks;
  private final Set<String> failing = new HashSet<>();
  private final Thread thread;
  private volatile Duration pause = Duration.ZERO;

  /** One of the things. */
  interface Task {
    void run() throws InterruptedException;
  }

  /**
   * @param name of the thread that does them
   * @param tasks by what they are for, as the log names it
   */
  Rounds(String name, Map<String, Task> tasks) {
    this.tasks = Map.copyOf(tasks);
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /**
   * @param between before each round
   */
  void start(Duration between) {
    pause = between;
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        for (Map.Entry<String, Task> task : tasks.entrySet()) {
          run(task.getKey(), task.getValue());
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /** A failure that lasts is told once. */
  private void run(String what, Task task) throws InterruptedException {
    try {
      task.run();
      failing.remove(what);
    } catch (RuntimeException e) {
      if (failing.add(what)) {
        LOG.warn("{} failed, and is tried again", what, e);
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
