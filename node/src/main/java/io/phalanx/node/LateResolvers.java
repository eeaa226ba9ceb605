package io.phalanx.node;

import io.phalanx.node.acme.Resolver;
import io.phalanx.node.settings.ResolverSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate resolvers of the settings that this node can run. One that lacks something here,
 * such as a file with credentials, is left to other members and tried again until it has it.
 * Thread-safe.
 */
final class LateResolvers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LateResolvers.class);

  private final Map<String, String> environment;
  private final Duration pause;
  private final Runnable changed;

  // Guarded by this.
  private Map<String, ResolverSettings> given = Map.of();
  private final Map<String, Resolver> ready = new LinkedHashMap<>();
  private final Map<String, String> reasons = new HashMap<>();
  private Optional<Thread> thread = Optional.empty();
  private boolean closed;

  /** Whether one can be run that nobody was told of. Used by the thread alone. */
  private boolean isUntold;

  /**
   * @param environment may have the credentials of providers of DNS
   * @param pause between attempts
   * @param changed called when one can be run that could not, on a thread of its own
   */
  LateResolvers(Map<String, String> environment, Duration pause, Runnable changed) {
    this.environment = environment;
    this.pause = pause;
    this.changed = changed;
  }

  /** Those of {@code now} from now on. Returns those that can be run at once. */
  synchronized Map<String, Resolver> serve(Map<String, ResolverSettings> now) {
    given = new LinkedHashMap<>(now);
    ready.clear();
    reasons.keySet().retainAll(given.keySet());
    var _ = attempt();
    boolean isTried = thread.filter(Thread::isAlive).isPresent();
    if (ready.size() < given.size() && !isTried && !closed) {
      thread = Optional.of(Thread.ofVirtual().name("late-resolvers").start(this::run));
    }
    return ready();
  }

  /** Those that can be run. */
  synchronized Map<String, Resolver> ready() {
    return new LinkedHashMap<>(ready);
  }

  /** Whether there are more than before. */
  private boolean attempt() {
    int before = ready.size();
    given.forEach(
        (name, resolver) -> {
          if (ready.containsKey(name)) {
            return;
          }
          try {
            ready.put(name, ResolverMapping.resolver(name, resolver.acme(), environment));
            if (reasons.remove(name) != null) {
              LOG.info("certificate resolver {} can be run here now", name);
            }
          } catch (IllegalArgumentException e) {
            tell(name, String.valueOf(e.getMessage()));
          }
        });
    return ready.size() > before;
  }

  private void tell(String name, String reason) {
    if (!reason.equals(reasons.put(name, reason))) {
      LOG.error(
          "certificate resolver {} is left to other members: {}; it is tried again each minute",
          name,
          reason);
    }
  }

  private void run() {
    try {
      boolean isDone = false;
      while (!isDone) {
        Thread.sleep(pause);
        isDone = round();
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /**
   * Whatever goes wrong in it, the next one tries again.
   *
   * @return whether none is needed
   */
  private boolean round() {
    try {
      synchronized (this) {
        isUntold |= attempt();
      }
      if (isUntold) {
        changed.run();
        isUntold = false;
      }
      synchronized (this) {
        boolean isDone = ready.size() == given.size();
        thread = isDone ? Optional.empty() : thread;
        return isDone;
      }
    } catch (RuntimeException | Error e) {
      LOG.error("certificate resolvers could not be begun; this is tried again each minute", e);
      return false;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    thread.ifPresent(Thread::interrupt);
  }
}
