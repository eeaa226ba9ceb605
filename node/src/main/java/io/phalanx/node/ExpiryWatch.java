package io.phalanx.node;

import io.phalanx.node.acme.ListedCertificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each certificate once when it is about to expire and nobody has renewed it, and once
 * when it has expired. Thread-safe.
 */
final class ExpiryWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExpiryWatch.class);
  private static final Duration PAUSE = Duration.ofMinutes(10);
  private static final Duration DAY = Duration.ofDays(1);

  /** Of a short life, for which a day is long. */
  private static final int LAST_PART = 4;

  private final InstantSource clock;
  private final Supplier<List<ListedCertificate>> certificates;
  private final BlockingQueue<Boolean> changes = new ArrayBlockingQueue<>(1);
  private volatile Function<Set<String>, String> routers = _ -> "";

  /** What was told of those that there were at the last look. Guarded by this. */
  private Map<X509Certificate, Stage> known = Map.of();

  // Guarded by this.
  private Optional<Thread> thread = Optional.empty();
  private boolean closed;

  private enum Stage {
    VALID,
    ENDS,
    OVER
  }

  /**
   * @param certificates all that there are now
   */
  ExpiryWatch(InstantSource clock, Supplier<List<ListedCertificate>> certificates) {
    this.clock = clock;
    this.certificates = certificates;
  }

  synchronized void start() {
    if (thread.isEmpty() && !closed) {
      thread = Optional.of(Thread.ofVirtual().name("expiry").start(this::run));
    }
  }

  /**
   * @param now for whose hosts a certificate with some names is, as text; empty if there are none
   */
  void serve(Function<Set<String>, String> now) {
    routers = now;
  }

  /** There are other certificates than before. */
  void changed() {
    var _ = changes.offer(true);
  }

  private void run() {
    try {
      while (true) {
        var _ = changes.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        try {
          look();
        } catch (RuntimeException | Error e) {
          LOG.error("it cannot be seen which certificates expire", e);
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /** Tells what is to be told now. */
  void look() {
    lines().forEach(LOG::warn);
  }

  private synchronized List<String> lines() {
    Instant now = clock.instant();
    var next = new HashMap<X509Certificate, Stage>();
    var lines = new ArrayList<String>();
    for (ListedCertificate one : certificates.get()) {
      Optional<X509Certificate> certificate = one.certificate().filter(_ -> one.isNeeded());
      if (certificate.isPresent() && !next.containsKey(certificate.get())) {
        Stage stage = stage(certificate.get(), now);
        next.put(certificate.get(), stage);
        if (isToTell(one, stage, Optional.ofNullable(known.get(certificate.get())))) {
          lines.add(line(one, certificate.get(), stage));
        }
      }
    }
    known = next;
    return lines;
  }

  private static Stage stage(X509Certificate certificate, Instant now) {
    Instant end = certificate.getNotAfter().toInstant();
    Duration part =
        Duration.between(certificate.getNotBefore().toInstant(), end).dividedBy(LAST_PART);
    Duration last = part.compareTo(DAY) < 0 ? part : DAY;
    if (!end.isAfter(now)) {
      return Stage.OVER;
    }
    return end.minus(last).isAfter(now) ? Stage.VALID : Stage.ENDS;
  }

  private static boolean isToTell(ListedCertificate one, Stage stage, Optional<Stage> before) {
    return switch (stage) {
      case VALID -> false;
      case ENDS -> !before.equals(Optional.of(stage));
      // One that was given when it had expired already was told with its configuration.
      case OVER -> before.map(known -> known != stage).orElseGet(() -> one.resolver().isPresent());
    };
  }

  private String line(ListedCertificate one, X509Certificate certificate, Stage stage) {
    String origin =
        one.resolver().map(resolver -> "of certificate resolver " + resolver).orElse("given");
    Instant end = certificate.getNotAfter().toInstant();
    String some =
        routers.apply(
            one.names().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet()));
    return "the certificate for "
        + String.join(", ", one.names())
        + " ("
        + origin
        + ", serial "
        + one.serial().orElseThrow()
        + ") "
        + (stage == Stage.OVER ? "expired at " + end : "expires at " + end + " and is not renewed")
        + (some.isEmpty() ? "" : "; it is for routers " + some);
  }

  @Override
  public synchronized void close() {
    closed = true;
    thread.ifPresent(Thread::interrupt);
  }
}
