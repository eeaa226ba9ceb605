package io.phalanx.node.middleware;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs what is scheduled when the test says so, and never by time. */
final class ManualScheduler extends ScheduledThreadPoolExecutor {
  private final List<Duration> delays = new ArrayList<>();
  private final List<Scheduled<?>> tasks = new ArrayList<>();

  ManualScheduler() {
    super(0);
  }

  private static final class Scheduled<V> extends FutureTask<V> implements ScheduledFuture<V> {
    Scheduled(Callable<V> task) {
      super(task);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return 0;
    }
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> command, long delay, TimeUnit unit) {
    delays.add(Duration.of(delay, unit.toChronoUnit()));
    var task = new Scheduled<>(command);
    tasks.add(task);
    return task;
  }

  /** How long each task was to wait. */
  List<Duration> delays() {
    return List.copyOf(delays);
  }

  void runAll() {
    tasks.forEach(FutureTask::run);
    tasks.clear();
  }
}
