package io.phalanx.node.tls.ocsp;

import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.ocsp.StatusException.Kind;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has served certificates be shown with what their responders say of them (OCSP, RFC 6960). These
 * are asked in the background, never in a handshake. Each node asks for itself. Thread-safe.
 */
public final class Stapling implements AutoCloseable {
  /** Certificates that are asked for; others are told and shown without. */
  static final int MOST_CERTIFICATES = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(Stapling.class);

  /** Until the last byte of a responder's answer. */
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** Responders that are asked at one time, each of them one question after another. */
  private static final int MOST_AT_ONCE = 4;

  /** Questions to one responder before others get their turn. */
  private static final int MOST_IN_TURN = 10;

  private final InstantSource clock;
  private final DoubleSupplier random;
  private final Responders responders;
  private final StatusCounts counts = new StatusCounts();
  private final BlockingQueue<Boolean> changes = new ArrayBlockingQueue<>(1);

  // Guarded by this.
  private final Map<X509Certificate, Watched> watched = new LinkedHashMap<>();
  private final Map<URI, Outage> outages = new HashMap<>();
  private final Set<X509Certificate> told = new HashSet<>();
  private Optional<Map<String, String>> overrides = Optional.empty();
  private List<ServerCertificate> served = List.of();
  private Optional<Thread> thread = Optional.empty();
  private boolean closed;

  /** A responder that does not answer. */
  private record Outage(int failures, Instant until) {}

  public Stapling(InstantSource clock, DoubleSupplier random) {
    this(clock, random, ANSWER);
  }

  /**
   * @param random from 0 to 1, which spreads questions
   * @param limit for one answer
   */
  Stapling(InstantSource clock, DoubleSupplier random, Duration limit) {
    this.clock = clock;
    this.random = random;
    this.responders = new Responders(limit);
  }

  /** Asks from now on. */
  public synchronized void start() {
    if (thread.isEmpty() && !closed) {
      thread = Optional.of(Thread.ofVirtual().name("ocsp").start(this::run));
    }
  }

  /**
   * Whether certificates are shown with responses from now on.
   *
   * @param wanted whom to ask instead of the responders that certificates name; empty if nobody is
   *     to be asked
   */
  public synchronized void serve(Optional<Map<String, String>> wanted) {
    Optional<Map<String, String>> next = wanted.map(Map::copyOf);
    if (next.equals(overrides)) {
      return;
    }
    overrides = next;
    forget(Set.of());
    told.clear();
    watch();
  }

  /** These are shown from now on, and no others. */
  public synchronized void serve(Collection<ServerCertificate> certificates) {
    served = List.copyOf(certificates);
    watch();
  }

  private void forget(Set<X509Certificate> kept) {
    watched
        .entrySet()
        .removeIf(
            each -> {
              boolean isGone = !kept.contains(each.getKey());
              if (isGone) {
                each.getValue().show(List.of());
              }
              return isGone;
            });
  }

  private void watch() {
    var byCertificate = new LinkedHashMap<X509Certificate, List<ServerCertificate>>();
    for (ServerCertificate each : served) {
      byCertificate.computeIfAbsent(each.certificate(), _ -> new ArrayList<>()).add(each);
    }
    forget(byCertificate.keySet());
    told.retainAll(byCertificate.keySet());
    outages.keySet().retainAll(responders());
    byCertificate.forEach(
        (certificate, all) -> {
          Optional<Watched> known =
              Optional.ofNullable(watched.get(certificate)).or(() -> begin(all.getFirst()));
          known.ifPresentOrElse(
              one -> one.show(all), () -> all.forEach(ServerCertificate::isWithoutStaple));
        });
    var _ = changes.offer(true);
  }

  private Set<URI> responders() {
    return watched.values().stream()
        .map(each -> each.question().responder())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Optional<Watched> begin(ServerCertificate shown) {
    X509Certificate certificate = shown.certificate();
    boolean isRequired = shown.isStapleRequired();
    if (overrides.isEmpty()) {
      if (isRequired) {
        tellOnce(shown, "says that clients refuse it without an OCSP response: ocsp is not set");
      }
      return Optional.empty();
    }
    Optional<URI> responder =
        Extensions.responder(certificate)
            .map(url -> overrides.get().getOrDefault(url, url))
            .flatMap(Extensions::url);
    if (responder.isEmpty()) {
      if (isRequired) {
        tellOnce(shown, "says that clients refuse it without an OCSP response, and names nobody");
      }
      return Optional.empty();
    }
    List<X509Certificate> chain = shown.chain();
    if (chain.size() < 2
        || !chain.get(1).getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      tellOnce(shown, "names " + responder.get() + ", but its issuer is not behind it");
      return Optional.empty();
    }
    if (watched.size() >= MOST_CERTIFICATES) {
      tellOnce(shown, "is one of more than " + MOST_CERTIFICATES);
      return Optional.empty();
    }
    var one =
        new Watched(
            new Question(certificate, chain.get(1), responder.get()),
            shown,
            isRequired,
            clock.instant());
    watched.put(certificate, one);
    return Optional.of(one);
  }

  private void tellOnce(ServerCertificate shown, String reason) {
    if (told.add(shown.certificate())) {
      LOG.warn(
          "the certificate for {} is shown without an OCSP response: it {}",
          Watched.names(shown),
          reason);
    }
  }

  private void run() {
    try {
      while (true) {
        var _ = changes.poll(pause().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /** Has a turn. Whatever goes wrong in it ends neither the next one nor leads to it at once. */
  private Duration pause() throws InterruptedException {
    try {
      Instant next = turn();
      Duration pause = Duration.between(clock.instant(), next);
      return pause.isNegative() ? Duration.ZERO : pause;
    } catch (RuntimeException | Error e) {
      LOG.error("no OCSP responder could be asked; this is tried again in a minute", e);
      return Watched.FIRST_PAUSE;
    }
  }

  /**
   * Asks for all that is due, as far as one turn goes, and waits for the answers.
   *
   * @return when the next turn is
   */
  Instant turn() throws InterruptedException {
    var tasks = new ArrayList<Callable<Boolean>>();
    var atOnce = new Semaphore(MOST_AT_ONCE);
    due()
        .forEach(
            (_, some) ->
                tasks.add(
                    () -> {
                      atOnce.acquire();
                      try {
                        return ask(some);
                      } finally {
                        atOnce.release();
                      }
                    }));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.invokeAll(tasks);
    }
    return next();
  }

  private synchronized Map<URI, List<Watched>> due() {
    Instant now = clock.instant();
    var due = new LinkedHashMap<URI, List<Watched>>();
    for (Watched each : watched.values()) {
      URI responder = each.question().responder();
      Outage outage = outages.get(responder);
      if (each.isDue(now) && (outage == null || !outage.until().isAfter(now))) {
        List<Watched> some = due.computeIfAbsent(responder, _ -> new ArrayList<>());
        if (some.size() < MOST_IN_TURN) {
          each.asked(now);
          some.add(each);
        }
      }
    }
    return due;
  }

  private synchronized Instant next() {
    Instant now = clock.instant();
    Instant next = now.plus(Duration.ofHours(1));
    for (Watched each : watched.values()) {
      Outage outage = outages.get(each.question().responder());
      Instant due =
          outage == null || outage.until().isBefore(each.due()) ? each.due() : outage.until();
      boolean isAsked = each.isDue(due);
      next = isAsked && due.isBefore(next) ? due : next;
    }
    return next;
  }

  /** Asks one responder, until it does not answer. */
  private boolean ask(List<Watched> some) throws InterruptedException {
    for (Watched each : some) {
      Question question = each.question();
      try {
        byte[] response = responders.ask(question.responder(), question.request());
        answered(each, response);
      } catch (IOException e) {
        silent(each, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        return false;
      } catch (RuntimeException | Error e) {
        broken(each, e);
      }
    }
    return true;
  }

  /** Nobody thought of this one; others of the same responder go on. */
  private void broken(Watched one, Throwable reason) {
    Instant now = clock.instant();
    Optional<String> line;
    synchronized (this) {
      counts.failed(Kind.INVALID);
      line = one.tell(Kind.INVALID, "what it says cannot be used: " + reason, now);
      one.failed(false, now, random.getAsDouble());
    }
    line.ifPresent(text -> LOG.error(text, reason));
  }

  private void answered(Watched one, byte[] response) {
    Instant now = clock.instant();
    boolean isAgain = false;
    Optional<String> line = Optional.empty();
    synchronized (this) {
      outages.remove(one.question().responder());
      try {
        Question.Answer answer = one.question().check(response, now);
        counts.good();
        isAgain = one.succeeded(response, answer, clock, random.getAsDouble());
      } catch (StatusException e) {
        counts.failed(e.kind());
        boolean isWithout = e.kind() == Kind.REVOKED || e.kind() == Kind.UNKNOWN;
        one.failed(isWithout, now, random.getAsDouble());
        line = one.tell(e.kind(), String.valueOf(e.getMessage()), now);
      }
    }
    line.ifPresent(LOG::warn);
    if (isAgain) {
      LOG.info("the certificate for {} is shown with an OCSP response again", one.names());
    }
  }

  /** One line for all that its responder was to be asked for. */
  private void silent(Watched one, String reason) {
    Instant now = clock.instant();
    Optional<String> line = Optional.empty();
    synchronized (this) {
      counts.failed(Kind.UNREACHABLE);
      URI responder = one.question().responder();
      Outage before = outages.get(responder);
      int failures = before == null ? 1 : before.failures() + 1;
      outages.put(
          responder, new Outage(failures, now.plus(Watched.pause(failures, random.getAsDouble()))));
      if (before == null) {
        line = one.tell(Kind.UNREACHABLE, reason, now);
      }
    }
    line.ifPresent(LOG::warn);
  }

  /** What came of questions, by the label {@code outcome}. */
  public Map<Map<String, String>, Double> rows() {
    return counts.rows();
  }

  /**
   * Certificates whose responders are asked, by the label {@code stapled}: whether they are shown
   * with a response.
   */
  public synchronized Map<Map<String, String>, Double> certificates() {
    Instant now = clock.instant();
    double stapled = watched.values().stream().filter(each -> each.isStapled(now)).count();
    return Map.of(
        Map.of("stapled", "true"), stapled, Map.of("stapled", "false"), watched.size() - stapled);
  }

  @Override
  public void close() {
    Optional<Thread> running;
    synchronized (this) {
      closed = true;
      running = thread;
    }
    running.ifPresent(Thread::interrupt);
    responders.close();
  }
}
