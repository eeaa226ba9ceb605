package io.phalanx.cluster.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.phalanx.cluster.quota.Account;
import io.phalanx.cluster.quota.AccountKeeper;
import io.phalanx.cluster.quota.Admission;
import io.phalanx.cluster.quota.Draw;
import io.phalanx.cluster.quota.Drawn;
import io.phalanx.cluster.quota.DrawnQuotas;
import io.phalanx.cluster.quota.Journal;
import io.phalanx.cluster.quota.Quota;
import io.phalanx.cluster.quota.QuotaLog;
import io.phalanx.cluster.quota.Quotas;
import io.phalanx.cluster.side.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Quotas of a node on its own, or of one node of a fleet. Beyond {@value #MAX_KEYS} keys the one
 * that was used least is forgotten first, unless the disk knows it.
 */
public final class LocalQuotas implements Quotas, AutoCloseable {
  static final int MAX_KEYS = 250_000;

  private static final Logger LOG = LoggerFactory.getLogger(LocalQuotas.class);
  private static final String SELF = "self";
  private static final Duration TIDY_PAUSE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final DrawnQuotas drawn;
  private final AutoCloseable journal;
  private final Thread tidying;

  private LocalQuotas(DrawnQuotas drawn, AutoCloseable journal) {
    this.drawn = drawn;
    this.journal = journal;
    this.tidying = Thread.ofVirtual().name("quotas-tidy").start(this::tidy);
  }

  /**
   * @param directory where it keeps what it counts
   * @throws IOException if that cannot be read
   */
  public static LocalQuotas open(Path directory, InstantSource clock) throws IOException {
    QuotaLog log = QuotaLog.open(directory, clock);
    return new LocalQuotas(drawn(log, clock), log);
  }

  /** Quotas that end with this process. */
  public static LocalQuotas forgetful(InstantSource clock) {
    return new LocalQuotas(drawn(Journal.NONE, clock), () -> {});
  }

  private static DrawnQuotas drawn(Journal journal, InstantSource clock) {
    return new DrawnQuotas(new Accounts(clock), journal, SELF, clock, System::nanoTime);
  }

  private static final class Accounts implements AccountKeeper {
    private final Cache<String, Account> all = Caffeine.newBuilder().maximumSize(MAX_KEYS).build();
    private final InstantSource clock;

    Accounts(InstantSource clock) {
      this.clock = clock;
    }

    /** One step for each key: the account is not forgotten while it is used. */
    @Override
    public CompletionStage<Drawn> draw(String key, Quota quota, Draw draw) {
      var answer = new ArrayList<Drawn>(1);
      all.asMap()
          .compute(
              key,
              (_, known) -> {
                Account account = known == null ? new Account(quota) : known;
                answer.add(account.draw(draw, Side.ALONE, 0, clock.millis()));
                return account;
              });
      return CompletableFuture.completedStage(answer.getFirst());
    }
  }

  private void tidy() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(TIDY_PAUSE.toNanos());
        drawn.tidy(PATIENCE);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  @Override
  public CompletionStage<Admission> take(String key, Quota quota, Duration patience) {
    return drawn.take(key, quota, patience);
  }

  /** Gives back what is held in advance. */
  @Override
  public void close() {
    tidying.interrupt();
    try {
      drawn.giveBack(PATIENCE).toCompletableFuture().join();
      journal.close();
    } catch (Exception e) {
      LOG.warn("what is counted cannot be kept: {}", e.getMessage());
    }
  }
}
