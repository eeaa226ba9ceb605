package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.phalanx.cluster.hazelcast.CommandProcessor.Command;
import io.phalanx.cluster.quota.AccountFormat;
import io.phalanx.cluster.quota.AccountFormat.Wish;
import io.phalanx.cluster.quota.AccountKeeper;
import io.phalanx.cluster.quota.Admission;
import io.phalanx.cluster.quota.Draw;
import io.phalanx.cluster.quota.Drawn;
import io.phalanx.cluster.quota.DrawnQuotas;
import io.phalanx.cluster.quota.Known;
import io.phalanx.cluster.quota.Need;
import io.phalanx.cluster.quota.Quota;
import io.phalanx.cluster.quota.QuotaLog;
import io.phalanx.cluster.quota.Quotas;
import io.phalanx.cluster.quota.Window;
import io.phalanx.cluster.side.Counted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Quotas whose accounts are in a map, and on the disks of those who drew from them. Each draw is
 * one command that runs where the account is.
 */
final class HazelcastQuotas implements Quotas, AccountKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastQuotas.class);

  private static final int WARM_UP_CALLS = 50;

  /** How long the start may wait until the fleet knows what is on disk. */
  private static final Duration OFFER_LIMIT = Duration.ofSeconds(30);

  /** How long one offer may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How soon what may have been lost is told again. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final IMap<String, byte[]> accounts;
  private final QuotaLog log;
  private final HazelcastPresence presence;
  private final DrawnQuotas drawn;
  private final Rounds telling;
  private boolean isTold = true;

  private HazelcastQuotas(
      HazelcastInstance instance,
      QuotaLog log,
      HazelcastPresence presence,
      String self,
      InstantSource clock) {
    this.accounts = instance.getMap(Joining.QUOTA_MAP);
    this.log = log;
    this.presence = presence;
    this.drawn = new DrawnQuotas(this, log, self, clock, System::nanoTime);
    this.telling = new Rounds("quotas-tell", Map.of("telling of quotas", this::tellAgain));
  }

  /** Waits until the fleet knows what this member has on its disk. */
  static HazelcastQuotas start(
      HazelcastInstance instance,
      Path directory,
      HazelcastPresence presence,
      String self,
      InstantSource clock)
      throws IOException, InterruptedException {
    var quotas =
        new HazelcastQuotas(instance, QuotaLog.open(directory, clock), presence, self, clock);
    quotas.warmUp();
    quotas.tell();
    quotas.telling.start(PAUSE);
    return quotas;
  }

  /** Whoever keeps the accounts may have lost them, or have them from another cluster. */
  private void tell() throws InterruptedException {
    long times = presence.toTell();
    int untold = drawn.offer(PATIENCE, OFFER_LIMIT);
    if (untold == 0) {
      presence.told(times);
    } else if (isTold) {
      LOG.warn("the fleet did not hear yet of {} quotas that this node knows", untold);
    }
    isTold = untold == 0;
  }

  private void tellAgain() throws InterruptedException {
    if (presence.hasToTell()) {
      tell();
    }
  }

  /**
   * The first calls load classes and find the partitions' owners, which takes longer than a request
   * may wait; so they are made here, of accounts that nobody has.
   */
  private void warmUp() {
    var quota = new Quota(1, new Window.Fixed(Window.SHORTEST), Counted.BY_EACH_SIDE);
    var draw = new Draw("", "", Need.NOTHING, 0, Known.NOTHING);
    Calls.atOnce(WARM_UP_CALLS, i -> draw("warm-up " + i, quota, draw))
        .handle((_, _) -> null)
        .join();
  }

  @Override
  public CompletionStage<Drawn> draw(String key, Quota quota, Draw draw) {
    byte[] wish = AccountFormat.bytes(new Wish(quota, draw));
    return accounts
        .submitToKey(key, new CommandProcessor(Command.DRAW_QUOTA, wish))
        .handle(Answers::of)
        .thenApply(AccountFormat::drawn);
  }

  @Override
  public CompletionStage<Admission> take(String key, Quota quota, Duration patience) {
    return drawn.take(key, quota, patience);
  }

  /** How many count of a key now, without asking for one more. */
  long used(String key, Quota quota) {
    byte[] account = accounts.get(quota.identity(key));
    return account == null ? 0 : AccountFormat.account(account).used();
  }

  /** To be called some times a second. */
  void tidy(Duration patience) {
    drawn.tidy(patience);
  }

  /** Gives back what this member has in advance, and waits for that. */
  void giveBack(Duration patience) {
    drawn.giveBack(patience).toCompletableFuture().join();
  }

  void close() {
    telling.close();
    try {
      log.close();
    } catch (IOException e) {
      LOG.warn("what is counted cannot be kept: {}", e.getMessage());
    }
  }
}
