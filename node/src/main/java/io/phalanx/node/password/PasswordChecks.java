package io.phalanx.node.password;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Compares passwords with their hashes on a few threads of its own. Thread-safe.
 *
 * <p>A hash of bcrypt takes a tenth of a second of a processor on purpose, and browsers send the
 * password with every request. So what came of a comparison is known for a while: by a digest of
 * hash and password under a key that only this process has, never by the password. A password that
 * was changed or taken away counts no more at once, for its hash is another one. Whoever tries
 * passwords holds up others only so far: of one client few wait, of all a bounded number, and
 * nobody longer than ten seconds.
 */
public final class PasswordChecks implements AutoCloseable {
  /** What came of a comparison. */
  public enum Outcome {
    RIGHT,
    WRONG,

    /** Too many wait. */
    BUSY
  }

  static final int MOST_WAITING = 256;
  static final int MOST_OF_ONE_CLIENT = 16;

  /** Bytes of a password; nobody has a longer one, and some hashes take time for each. */
  static final int MOST_OF_PASSWORD = 1024;

  /** What is done at once, in microseconds: shorter than the way to another thread. */
  private static final long SOON = 50;

  private static final int MOST_KNOWN = 10_000;
  private static final Duration RIGHT_KNOWN = Duration.ofMinutes(5);
  private static final Duration WRONG_KNOWN = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String ALGORITHM = "HmacSHA256";

  private final ExecutorService threads;
  private final LongSupplier nanoTime;
  private final SecretKeySpec key;
  private final Cache<String, Outcome> known;
  private final ConcurrentHashMap<String, CompletableFuture<Outcome>> inWork =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Integer> waitingByClient = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** On half of the processors. */
  public static PasswordChecks start() {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return new PasswordChecks(
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().daemon().name("passwords-", 0).factory()),
        System::nanoTime);
  }

  PasswordChecks(ExecutorService threads, LongSupplier nanoTime) {
    this.threads = threads;
    this.nanoTime = nanoTime;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, ALGORITHM);
    this.known =
        Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .expireAfter(Expiry.creating((String _, Outcome outcome) -> lifetime(outcome)))
            .build();
  }

  private static Duration lifetime(Outcome outcome) {
    return outcome == Outcome.RIGHT ? RIGHT_KNOWN : WRONG_KNOWN;
  }

  /**
   * Compares on another thread, unless it is done in no time or known.
   *
   * @param client whose address it comes from
   */
  public CompletionStage<Outcome> check(String client, PasswordHash hash, byte[] password) {
    if (password.length > MOST_OF_PASSWORD) {
      return CompletableFuture.completedStage(Outcome.WRONG);
    }
    if (hash.cost() < SOON) {
      return CompletableFuture.completedStage(outcome(hash, password));
    }
    String proof = proof(hash, password);
    Outcome before = known.getIfPresent(proof);
    if (before != null) {
      return CompletableFuture.completedStage(before);
    }
    CompletableFuture<Outcome> same = inWork.get(proof);
    return same == null ? enqueue(client, proof, hash, password) : same;
  }

  private static Outcome outcome(PasswordHash hash, byte[] password) {
    return hash.matches(password) ? Outcome.RIGHT : Outcome.WRONG;
  }

  private CompletionStage<Outcome> enqueue(
      String client, String proof, PasswordHash hash, byte[] password) {
    if (!enter(client)) {
      return CompletableFuture.completedStage(Outcome.BUSY);
    }
    var decided = new CompletableFuture<Outcome>();
    long end = nanoTime.getAsLong() + PATIENCE.toNanos();
    inWork.put(proof, decided);
    threads.execute(
        () -> {
          try {
            decided.complete(compare(end, proof, hash, password));
          } catch (RuntimeException | Error e) {
            decided.completeExceptionally(e);
          } finally {
            inWork.remove(proof, decided);
            leave(client);
          }
        });
    return decided;
  }

  private Outcome compare(long end, String proof, PasswordHash hash, byte[] password) {
    if (nanoTime.getAsLong() - end >= 0) {
      return Outcome.BUSY;
    }
    Outcome outcome = outcome(hash, password);
    known.put(proof, outcome);
    return outcome;
  }

  private boolean enter(String client) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return false;
    }
    if (waitingByClient.merge(client, 1, Integer::sum) > MOST_OF_ONE_CLIENT) {
      leave(client);
      return false;
    }
    return true;
  }

  private void leave(String client) {
    waiting.decrementAndGet();
    waitingByClient.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
  }

  /** Tells hash and password from all others, and nothing of them. */
  private String proof(PasswordHash hash, byte[] password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(hash.text().getBytes(ISO_8859_1));
      mac.update((byte) 0);
      return Base64.getEncoder().encodeToString(mac.doFinal(password));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
    }
  }

  /** Comparisons that wait, or are under way. */
  int waiting() {
    return waiting.get();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
