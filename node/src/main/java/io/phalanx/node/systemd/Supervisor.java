package io.phalanx.node.systemd;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how this process stands (sd_notify(3), {@code Type=notify} and {@code
 * notify-reload}), if it wants to know. Nothing here waits for systemd, and what does not get there
 * changes nothing for the node: a line of the log says so once.
 */
public final class Supervisor implements AutoCloseable {
  /** What systemd tells this process alone: not for programs that it runs. */
  public static final List<String> VARIABLES =
      List.of(
          "NOTIFY_SOCKET",
          "WATCHDOG_USEC",
          "WATCHDOG_PID",
          "LISTEN_PID",
          "LISTEN_FDS",
          "LISTEN_FDNAMES");

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  /** How often more time is asked for, and the text of the state is looked at. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** How much more time is asked for at each look. */
  private static final Duration MORE_TIME = Duration.ofSeconds(20);

  private static final Duration SHORTEST_WATCHDOG = Duration.ofMillis(2);
  private static final int MOST_CHARACTERS = 500;
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final Optional<NotifySocket> socket;
  private final Optional<Duration> watchdog;
  private final ScheduledExecutorService thread;

  // Of the thread alone.
  private Supplier<String> status = () -> "";
  private String told = "";
  private long moreTimeUntil;
  private boolean failed;

  private Supervisor(
      Optional<NotifySocket> socket, Optional<Duration> watchdog, ScheduledExecutorService thread) {
    this.socket = socket;
    this.watchdog = watchdog;
    this.thread = thread;
  }

  /**
   * @param environment says where systemd listens, if it does
   * @param processId of this process: a watchdog that was meant for another is not served
   */
  public static Supervisor of(Map<String, String> environment, long processId) {
    var thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("systemd").factory());
    Optional<NotifySocket> socket = socket(environment);
    var supervisor = new Supervisor(socket, watchdog(environment, processId), thread);
    if (socket.isPresent()) {
      thread.scheduleWithFixedDelay(
          supervisor::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
    return supervisor;
  }

  private static Optional<NotifySocket> socket(Map<String, String> environment) {
    String name = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(NotifySocket.to(name));
    } catch (IOException e) {
      LOG.warn("systemd is told nothing: NOTIFY_SOCKET: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Duration> watchdog(Map<String, String> environment, long processId) {
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    String meant = environment.getOrDefault("WATCHDOG_PID", "");
    if (micros.isEmpty() || !(meant.isEmpty() || meant.equals(Long.toString(processId)))) {
      return Optional.empty();
    }
    if (!micros.matches("[0-9]{1,18}")) {
      LOG.warn("the watchdog of systemd is left alone: WATCHDOG_USEC is \"{}\"", micros);
      return Optional.empty();
    }
    Duration limit = Duration.of(Long.parseLong(micros), java.time.temporal.ChronoUnit.MICROS);
    if (limit.compareTo(SHORTEST_WATCHDOG) < 0) {
      LOG.warn("the watchdog of systemd is left alone: {} µs are too few", micros);
      return Optional.empty();
    }
    return Optional.of(limit);
  }

  /**
   * The start goes on, and takes as long as it takes.
   *
   * @param status one line for a person
   */
  public void starting(String status) {
    tell(
        () -> {
          this.status = () -> status;
          moreTimeUntil = Long.MAX_VALUE;
          look();
        });
  }

  /**
   * The service is up.
   *
   * @param status one line for a person; asked for again and again
   */
  public void ready(Supplier<String> status) {
    tell(
        () -> {
          this.status = status;
          moreTimeUntil = 0;
          send("READY=1\n" + changedStatus());
        });
  }

  /** Runs {@code reading}, which systemd takes for a reload until it returns or throws. */
  public void reload(Runnable reading) {
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
    tell(() -> send("RELOADING=1\nMONOTONIC_USEC=" + micros + '\n'));
    try {
      reading.run();
    } finally {
      tell(() -> send("READY=1\n" + changedStatus()));
    }
  }

  /**
   * The service ends.
   *
   * @param status one line for a person; asked for again and again
   * @param limit how long it may take; more time is asked for no longer
   */
  public void stopping(Supplier<String> status, Duration limit) {
    tell(
        () -> {
          this.status = status;
          moreTimeUntil = System.nanoTime() + limit.toNanos();
          send("STOPPING=1\n");
          look();
        });
  }

  /**
   * From now on systemd is told that this process is alive as long as all of these answer, if it
   * has a watchdog.
   *
   * @param threads one each
   */
  public void watch(List<Executor> threads) {
    if (socket.isEmpty() || watchdog.isEmpty()) {
      return;
    }
    var all = new Watchdog(threads, () -> tell(() -> send("WATCHDOG=1\n")));
    long half = watchdog.get().toNanos() / 2;
    thread.scheduleAtFixedRate(all::look, 0, half, TimeUnit.NANOSECONDS);
  }

  private void tell(Runnable message) {
    if (socket.isPresent()) {
      try {
        thread.execute(message);
      } catch (RejectedExecutionException _) {
        // The process is at its end.
      }
    }
  }

  private void look() {
    String text = changedStatus();
    if (moreTimeUntil != 0 && moreTimeUntil - System.nanoTime() > 0) {
      text += "EXTEND_TIMEOUT_USEC=" + MORE_TIME.toNanos() / 1000 + '\n';
    }
    if (!text.isEmpty()) {
      send(text);
    }
  }

  /** A line for the message if there is something else to say than before. */
  private String changedStatus() {
    String now;
    try {
      now = status.get().replaceAll("\\p{Cntrl}", " ");
    } catch (RuntimeException e) {
      // What it is about may have ended; systemd is told of all else.
      LOG.debug("there is no status", e);
      return "";
    }
    if (now.equals(told)) {
      return "";
    }
    told = now;
    return "STATUS=" + now.substring(0, Math.min(MOST_CHARACTERS, now.length())) + '\n';
  }

  private void send(String text) {
    try {
      socket.orElseThrow().send(text.stripTrailing());
    } catch (IOException e) {
      if (!failed) {
        LOG.warn("systemd cannot be told how this node stands: {}", e.getMessage());
      }
      failed = true;
    }
  }

  /** What was told before still gets there. */
  @Override
  public void close() {
    socket.ifPresent(open -> tell(open::close));
    thread.shutdown();
    try {
      boolean _ = thread.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
