package io.phalanx.cluster.hazelcast;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tidies what is counted, again and again; where that fails for one thing the others go on. */
final class Tidying implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tidying.class);

  private final Map<String, Task> tasks;
  private final Set<String> failing = new HashSet<>();
  private final Thread thread = Thread.ofVirtual().name("counts").unstarted(this::run);
  private volatile Duration pause = Duration.ZERO;

  /** Tidies one kind of things. */
  interface Task {
    void run() throws InterruptedException;
  }

  /**
   * @param tasks by what is tidied, in the plural
   */
  Tidying(Map<String, Task> tasks) {
    this.tasks = Map.copyOf(tasks);
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
        LOG.warn("{} cannot be tidied now, and that is tried again", what, e);
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
