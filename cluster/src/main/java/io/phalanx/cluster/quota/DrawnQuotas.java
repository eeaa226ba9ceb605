package io.phalanx.cluster.quota;

import io.phalanx.cluster.demand.AskedKey;
import io.phalanx.cluster.quota.HeldQuota.Decision;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Quotas of a member that draws its tokens from where the fleet keeps them, and has what it drew on
 * disk before it uses it: for keys in demand in advance, so that most are decided here and at once.
 */
public final class DrawnQuotas implements Quotas {
  /** Keys that something is held of; others are refused an answer. */
  static final int MAX_KEYS = 100_000;

  /** Offers on their way at one time. */
  private static final int MOST_OFFERS = 256;

  private final AccountKeeper keeper;
  private final Journal journal;
  private final String self;
  private final String life = UUID.randomUUID().toString();
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentHashMap<String, Key> keys = new ConcurrentHashMap<>();

  /**
   * @param self this member's name, the same after a restart
   * @param clock time of day; it may be set
   */
  public DrawnQuotas(
      AccountKeeper keeper,
      Journal journal,
      String self,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.keeper = keeper;
    this.journal = journal;
    this.self = self;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  private final class Key extends AskedKey<Need, Drawn, Decision<CompletableFuture<Admission>>> {
    private final String identity;
    private final Quota quota;
    private final HeldQuota<CompletableFuture<Admission>> tokens;

    Key(String identity, Quota quota) {
      this(identity, quota, new HeldQuota<>(numbers::incrementAndGet, nanoTime.getAsLong()));
    }

    private Key(String identity, Quota quota, HeldQuota<CompletableFuture<Admission>> tokens) {
      super(tokens, nanoTime, "the quota did not answer in time");
      this.identity = identity;
      this.quota = quota;
      this.tokens = tokens;
    }

    /** Empty if this was forgotten, and another one is to be asked. */
    Optional<CompletionStage<Admission>> take() {
      return use(
          () -> {
            var waiter = new CompletableFuture<Admission>();
            Optional<Admission> now = tokens.take(waiter, nanoTime.getAsLong());
            return now.<CompletionStage<Admission>>map(CompletableFuture::completedStage)
                .orElse(waiter);
          });
    }

    @Override
    protected void remove() {
      keys.remove(identity, this);
    }

    @Override
    protected CompletionStage<Drawn> send(Need need) {
      return drawn(identity, quota, need);
    }

    @Override
    protected void tell(Decision<CompletableFuture<Admission>> decision) {
      decision.waiter().complete(decision.admission());
    }
  }

  /** Completes when what was drawn may be used. */
  private CompletionStage<Drawn> drawn(String identity, Quota quota, Need need) {
    var draw = new Draw(self, life, need, clock.millis(), journal.known(identity));
    return keeper.draw(identity, quota, draw).thenCompose(drawn -> kept(identity, quota, drawn));
  }

  private CompletionStage<Drawn> kept(String identity, Quota quota, Drawn drawn) {
    if (drawn.gaveNothing()) {
      journal.note(identity, quota, drawn.known());
      return CompletableFuture.completedStage(drawn);
    }
    return journal.keep(identity, quota, drawn.known()).thenApply(_ -> drawn);
  }

  @Override
  public CompletionStage<Admission> take(String key, Quota quota, Duration patience) {
    String identity = quota.identity(key);
    while (true) {
      Key known = keys.get(identity);
      if (known == null) {
        if (keys.size() >= MAX_KEYS) {
          return CompletableFuture.completedStage(
              new Admission.Unavailable("too many keys are in use at one time"));
        }
        known = keys.computeIfAbsent(identity, _ -> new Key(identity, quota));
      }
      Optional<CompletionStage<Admission>> admission = known.take();
      if (admission.isPresent()) {
        known.ask(patience);
        return admission.get();
      }
    }
  }

  /**
   * Tells whoever keeps the accounts what this member remembers of them, and waits for that: after
   * a loss of power they may know nothing. What they do not hear of now comes with the next draw.
   *
   * @param patience how long one answer may take
   * @param limit how long all may take
   * @return of how many accounts they did not hear
   */
  public int offer(Duration patience, Duration limit) throws InterruptedException {
    long end = nanoTime.getAsLong() + limit.toNanos();
    var failed = new AtomicInteger();
    var room = new Semaphore(MOST_OFFERS);
    journal.forEach(
        (identity, quota) -> {
          room.acquireUninterruptibly();
          if (nanoTime.getAsLong() - end > 0) {
            failed.incrementAndGet();
            room.release();
            return;
          }
          AskedKey.within(patience, () -> drawn(identity, quota, Need.NOTHING))
              .whenComplete(
                  (_, failure) -> {
                    room.release();
                    if (failure != null) {
                      failed.incrementAndGet();
                    }
                  });
        });
    room.acquire(MOST_OFFERS);
    return failed.get();
  }

  /** To be called some times a second: gives back what nobody uses, renews what is used. */
  public void tidy(Duration patience) {
    keys.values().forEach(key -> key.tidy(patience));
  }

  /** Gives back everything: this member leaves. */
  public CompletionStage<Void> giveBack(Duration patience) {
    return CompletableFuture.allOf(
        keys.values().stream()
            .map(key -> key.giveBack(patience))
            .toArray(CompletableFuture[]::new));
  }
}
