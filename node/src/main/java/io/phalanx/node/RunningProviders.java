package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.lease.LeaseTask;
import io.phalanx.cluster.lease.Leases.Candidacy;
import io.phalanx.node.provision.ProviderRunner;
import io.phalanx.node.provision.SnapshotPublisher;
import io.phalanx.node.settings.ProvidersSettings;
import io.phalanx.node.settings.Settings;
import io.phalanx.providers.Checker;
import io.phalanx.providers.Provider;
import io.phalanx.providers.ProviderType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The providers that this node competes for, as the settings have them. */
final class RunningProviders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningProviders.class);

  /** How often those that are left to others are looked at. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  /**
   * Looks at which nobody had the lease of one, until this node takes it although it reads nothing.
   */
  private static final int PATIENCE = 3;

  private final Fleet fleet;
  private final SnapshotPublisher publisher;
  private final Function<String, Checker> checkers;
  private final BiFunction<String, LeaseTask, LeaseTask> shown;
  private volatile Map<String, Wanted> wanted = Map.of();

  // Guarded by this.
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final Map<String, Left> left = new LinkedHashMap<>();
  private boolean looking;
  private boolean closed;

  /** A provider and how it is to be run. */
  private record Wanted(ProviderType<?> type, Record options, Duration throttle) {}

  private record Running(Wanted as, Provider provider, Candidacy candidacy) {}

  /**
   * One that is left to other members, since it could read nothing here.
   *
   * @param looks how often in a row nobody was seen to run it
   */
  private record Left(Wanted as, String reason, int looks) {}

  /**
   * @param checkers by the name of a provider: asked before it gives a configuration away
   * @param shown makes of a task one that shows whether it is run here
   */
  RunningProviders(
      Fleet fleet,
      SnapshotPublisher publisher,
      Function<String, Checker> checkers,
      BiFunction<String, LeaseTask, LeaseTask> shown) {
    this.fleet = fleet;
    this.publisher = publisher;
    this.checkers = checkers;
    this.shown = shown;
  }

  /** Names of the providers that settings have. */
  static Set<String> names(Settings settings) {
    return wanted(settings).keySet();
  }

  private static Map<String, Wanted> wanted(Settings settings) {
    var all = new LinkedHashMap<String, Wanted>();
    Optional<ProvidersSettings> given = settings.providers();
    for (ProviderType<?> type : BuiltInProviders.ALL) {
      given
          .map(providers -> providers.blocks().get(type.key()))
          .ifPresent(
              options ->
                  all.put(
                      type.name(),
                      new Wanted(type, options, given.get().providersThrottleDuration())));
    }
    return all;
  }

  /**
   * Runs these from now on. Does not wait for those that end: one may be about to publish, which
   * whoever changes the settings holds up.
   */
  void serve(Settings settings) {
    Map<String, Wanted> next = wanted(settings);
    if (!next.equals(wanted)) {
      wanted = next;
      Thread.ofVirtual().name("providers").start(this::reconcile);
    }
  }

  /** Has those that are run here read again, and looks anew at which can be. */
  void readAgain() {
    synchronized (this) {
      running.values().forEach(one -> one.provider().readAgain());
    }
    reconcile();
  }

  private synchronized void reconcile() {
    Map<String, Wanted> now = wanted;
    if (closed) {
      return;
    }
    for (String name : new LinkedHashSet<>(running.keySet())) {
      Running one = running.get(name);
      if (one != null && !one.as().equals(now.get(name))) {
        one.candidacy().close();
        running.remove(name);
        LOG.info("provider {}: {}", name, now.containsKey(name) ? "is changed" : "is run no more");
      }
    }
    left.values().removeIf(one -> !now.containsValue(one.as()));
    now.forEach(
        (name, one) -> {
          if (!running.containsKey(name)) {
            start(name, one);
          }
        });
    if (!left.isEmpty() && !looking) {
      looking = true;
      Thread.ofVirtual().name("providers-left").start(this::lookAgain);
    }
  }

  private void lookAgain() {
    try {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    } catch (InterruptedException _) {
      return;
    }
    synchronized (this) {
      looking = false;
      reconcile();
    }
  }

  /** Competes for it, unless others can do better. */
  private void start(String name, Wanted one) {
    Provider provider;
    try {
      provider = one.type().build(one.options(), config -> checkers.apply(name).flaws(config));
    } catch (IllegalArgumentException e) {
      leave(name, one, String.valueOf(e.getMessage()), 0);
      return;
    }
    Optional<String> obstacle = provider.obstacle();
    boolean hasOthers = fleet.members().size() > 1;
    if (obstacle.isPresent() && hasOthers) {
      boolean isRun = fleet.leases().holder(lease(name)).isPresent();
      int looks = isRun || left.get(name) == null ? 0 : left.get(name).looks() + 1;
      if (looks < PATIENCE) {
        leave(name, one, obstacle.get(), looks);
        return;
      }
    }
    left.remove(name);
    var runner = new ProviderRunner(name, provider, publisher, one.throttle());
    running.put(
        name,
        new Running(one, provider, fleet.leases().compete(lease(name), shown.apply(name, runner))));
  }

  private static String lease(String provider) {
    return "provider/" + provider;
  }

  private void leave(String name, Wanted one, String reason, int looks) {
    Left before = left.put(name, new Left(one, reason, looks));
    if (before == null || !before.reason().equals(reason)) {
      LOG.warn("provider {} is left to other members: {}", name, reason);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    running.values().forEach(one -> one.candidacy().close());
    running.clear();
  }
}
