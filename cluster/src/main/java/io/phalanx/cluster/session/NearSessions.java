package io.phalanx.cluster.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of a member that asks where the fleet keeps them, and remembers for a moment what it was
 * told. A session in use is asked for again behind its requests, which do not wait for that.
 */
public final class NearSessions implements SessionTable {
  /** How long what was told counts without being asked for again. */
  static final Duration FRESH = Duration.ofSeconds(10);

  /** How long it counts at all; of a session that expires soon, for half of its expiry. */
  static final Duration USED = FRESH.multipliedBy(2);

  /** Sessions that are remembered; the least used one goes first. */
  static final int MAX_SESSIONS = 100_000;

  private static final Duration PATIENCE_BEHIND = Duration.ofSeconds(1);

  private final SeatKeeper keeper;
  private final LongSupplier nanoTime;
  private final Cache<String, Known> near = Caffeine.newBuilder().maximumSize(MAX_SESSIONS).build();

  /**
   * @param nanoTime nanoseconds that never go back
   */
  public NearSessions(SeatKeeper keeper, LongSupplier nanoTime) {
    this.keeper = keeper;
    this.nanoTime = nanoTime;
  }

  /** What was told, and whether that is asked for again. */
  private record Known(String place, Duration expiry, long at, AtomicBoolean asked) {
    long age(long now) {
      return now - at;
    }

    boolean isUsable(long now) {
      return age(now) < Math.min(USED.toNanos(), expiry.toNanos() / 2);
    }

    boolean isFresh(long now) {
      return age(now) < Math.min(FRESH.toNanos(), expiry.toNanos() / 4);
    }
  }

  @Override
  public Optional<String> near(String key) {
    @Nullable Known known = near.getIfPresent(key);
    long now = nanoTime.getAsLong();
    if (known == null || !known.isUsable(now)) {
      return Optional.empty();
    }
    if (!known.isFresh(now) && known.asked().compareAndSet(false, true)) {
      var _ = seat(key, Bid.at(known.place(), known.expiry()), PATIENCE_BEHIND);
    }
    return Optional.of(known.place());
  }

  @Override
  public CompletionStage<Seating> seat(String key, Bid bid, Duration patience) {
    if (bid.claimed()) {
      remember(key, bid.place(), bid.expiry());
    }
    return asked(key, bid, patience)
        .handle(
            (seating, failure) -> {
              Seating told = seating == null ? new Seating.Unavailable(reason(failure)) : seating;
              learn(key, bid, told);
              return told;
            });
  }

  private CompletableFuture<Seating> asked(String key, Bid bid, Duration patience) {
    try {
      return keeper
          .bid(key, bid)
          .toCompletableFuture()
          .copy()
          .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void learn(String key, Bid bid, Seating told) {
    switch (told) {
      case Seating.At(String place, boolean _) -> remember(key, place, bid.expiry());
      case Seating.Nowhere _ -> near.invalidate(key);
      case Seating.Unavailable _ -> {
        // What was known counts on while it is usable.
      }
    }
  }

  private void remember(String key, String place, Duration expiry) {
    near.put(key, new Known(place, expiry, nanoTime.getAsLong(), new AtomicBoolean()));
  }

  private static String reason(@Nullable Throwable failure) {
    if (failure == null || failure instanceof TimeoutException) {
      return "the fleet did not answer in time";
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return String.valueOf((cause == null ? failure : cause).getMessage());
  }
}
