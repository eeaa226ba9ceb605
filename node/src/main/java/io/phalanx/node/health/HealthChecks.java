package io.phalanx.node.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * The health of the servers that are served, as this node finds it, and who asks them. As in
 * Traefik the first question comes after one interval; until then a server is up. A tenth of each
 * interval is left to chance, so that neither servers nor nodes are asked, or ask, all at once.
 * Thread-safe.
 */
public final class HealthChecks implements AutoCloseable {
  /** Questions on their way at one time; the others wait for their turn. */
  private static final int MOST_AT_ONCE = 128;

  /** Of them to servers that are down, many of which hang: the others are asked all the same. */
  private static final int MOST_OF_DOWN = 64;

  private static final double JITTER = 0.1;

  private final Prober prober;
  private final ScheduledExecutorService scheduler;
  private final DoubleSupplier random;
  private final Surroundings surroundings;
  private final Map<Subject, ServerHealth> served = new ConcurrentHashMap<>();

  // All that follows belongs to the scheduler's thread.
  private final Map<ServerHealth, Round> rounds = new HashMap<>();
  private final Queue<Round> waiting = new ArrayDeque<>();
  private final Queue<Round> waitingDown = new ArrayDeque<>();
  private int atOnce;
  private int ofDown;

  /**
   * @param scheduler of one thread, on which nothing here takes long
   * @param random from 0 to below 1
   */
  public HealthChecks(
      Prober prober,
      ScheduledExecutorService scheduler,
      LongSupplier nanoTime,
      DoubleSupplier random) {
    this.prober = prober;
    this.scheduler = scheduler;
    this.random = random;
    this.surroundings = new Surroundings(scheduler, nanoTime);
  }

  /**
   * What is known of a server; if it is not served, a new one, of which nothing is known. Nobody is
   * asked before it is {@linkplain #serve served}.
   */
  public ServerHealth of(Subject subject) {
    ServerHealth known = served.get(subject);
    return known == null ? new ServerHealth(subject, surroundings) : known;
  }

  /** Another number whenever a server went up or down, or may have. */
  public long changes() {
    return surroundings.changes();
  }

  /** Looks at the health of these servers from now on, and of no others. */
  public synchronized void serve(Collection<ServerHealth> all) {
    Set<ServerHealth> wanted = Set.copyOf(all);
    for (ServerHealth next : wanted) {
      ServerHealth before = served.put(next.subject(), next);
      if (before != null && before != next) {
        next.takeOver(before);
      }
    }
    served.values().retainAll(wanted);
    onScheduler(() -> arrange(List.copyOf(served.values())));
  }

  /** Those that are served. */
  public List<ServerHealth> served() {
    return List.copyOf(served.values());
  }

  private void onScheduler(Runnable task) {
    try {
      scheduler.execute(task);
    } catch (RejectedExecutionException _) {
      // The node stops.
    }
  }

  private void arrange(List<ServerHealth> all) {
    rounds.keySet().retainAll(Set.copyOf(all));
    waiting.removeIf(round -> !round.isServed());
    waitingDown.removeIf(round -> !round.isServed());
    for (ServerHealth health : all) {
      Optional<ActiveCheck> check = health.subject().active();
      if (check.isPresent() && !rounds.containsKey(health)) {
        var round = new Round(health, check.get());
        rounds.put(health, round);
        round.next(0);
      }
    }
  }

  private void askNext() {
    while (atOnce < MOST_AT_ONCE && !waiting.isEmpty()) {
      waiting.remove().ask(false);
    }
    while (atOnce < MOST_AT_ONCE && ofDown < MOST_OF_DOWN && !waitingDown.isEmpty()) {
      waitingDown.remove().ask(true);
    }
  }

  /** One server, which is asked again and again. */
  private final class Round {
    private final ServerHealth health;
    private final ActiveCheck check;
    private long askedAt;

    Round(ServerHealth health, ActiveCheck check) {
      this.health = health;
      this.check = check;
    }

    boolean isServed() {
      return rounds.get(health) == this;
    }

    /**
     * @param nanosSince since the last question was put
     */
    void next(long nanosSince) {
      Duration interval = health.isUp() ? check.interval() : check.unhealthyInterval();
      double part = 1 - JITTER * random.getAsDouble();
      long delay = Math.max(0, (long) (interval.toNanos() * part) - nanosSince);
      surroundings.later(Duration.ofNanos(delay), this::comeUp);
    }

    private void comeUp() {
      if (isServed()) {
        (health.isUp() ? waiting : waitingDown).add(this);
        askNext();
      }
    }

    void ask(boolean down) {
      atOnce++;
      ofDown += down ? 1 : 0;
      askedAt = surroundings.now();
      prober.ask(check.question(), trouble -> onScheduler(() -> answered(down, trouble)));
    }

    private void answered(boolean down, Optional<String> trouble) {
      atOnce--;
      ofDown -= down ? 1 : 0;
      if (isServed()) {
        health.asked(trouble);
        next(surroundings.now() - askedAt);
      }
      askNext();
    }
  }

  /** Nobody is asked any more. */
  @Override
  public void close() {
    serve(List.of());
  }
}
