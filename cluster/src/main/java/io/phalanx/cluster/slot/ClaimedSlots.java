package io.phalanx.cluster.slot;

import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.slot.HeldSlots.Arrival;
import io.phalanx.cluster.slot.HeldSlots.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Slots of a member that claims them where the fleet keeps them, for keys in demand ahead. */
public final class ClaimedSlots implements Slots {
  private final RoomKeeper keeper;
  private final Supplier<String> self;
  private final LongSupplier nanoTime;
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentHashMap<String, Key> keys = new ConcurrentHashMap<>();

  /**
   * @param self this member's name, by which nobody went before
   */
  public ClaimedSlots(RoomKeeper keeper, Supplier<String> self, LongSupplier nanoTime) {
    this.keeper = keeper;
    this.self = self;
    this.nanoTime = nanoTime;
  }

  /** A key, and the lock of what is known of it. */
  private final class Key {
    private final String identity;
    private final long amount;
    private final Counted counted;
    private final HeldSlots<CompletableFuture<Entry>> slots;
    private boolean forgotten;

    Key(String identity, long amount, Counted counted) {
      this.counted = counted;
      this.identity = identity;
      this.amount = amount;
      this.slots = new HeldSlots<>(self.get(), numbers::incrementAndGet, nanoTime.getAsLong());
    }

    /** Empty if this was forgotten, and another one is to be asked. */
    synchronized Optional<CompletionStage<Entry>> enter() {
      if (forgotten) {
        return Optional.empty();
      }
      var waiter = new CompletableFuture<Entry>();
      Arrival arrival = slots.enter(waiter, nanoTime.getAsLong());
      return Optional.of(
          switch (arrival) {
            case INSIDE -> CompletableFuture.completedStage(entered());
            case UNKNOWN ->
                CompletableFuture.completedStage(new Entry.Unavailable("nobody answered"));
            case WAITS -> waiter;
          });
    }

    synchronized Optional<Entry> enterAnyway(long most) {
      if (forgotten) {
        return Optional.empty();
      }
      return Optional.of(
          slots.enterAnyway(most, nanoTime.getAsLong()) ? entered() : new Entry.Full());
    }

    private Entry entered() {
      var left = new AtomicBoolean();
      return new Entry.Entered(
          () -> {
            if (left.compareAndSet(false, true)) {
              leave();
            }
          });
    }

    private synchronized void leave() {
      slots.leave(nanoTime.getAsLong());
    }

    void ask(Duration patience) {
      Optional<Claim> claim;
      synchronized (this) {
        claim = slots.next(nanoTime.getAsLong());
      }
      claim.ifPresent(wish -> send(wish, patience));
    }

    private void send(Claim claim, Duration patience) {
      claimed(this, claim, patience)
          .whenComplete(
              (granted, failure) -> {
                answer(granted, failure);
                ask(patience);
              });
    }

    private void answer(@Nullable Long granted, @Nullable Throwable failure) {
      List<Runnable> told = new ArrayList<>();
      synchronized (this) {
        long now = nanoTime.getAsLong();
        if (granted != null) {
          for (Decision<CompletableFuture<Entry>> decision : slots.answered(granted, now)) {
            Entry entry = decision.inside() ? entered() : new Entry.Full();
            told.add(() -> decision.waiter().complete(entry));
          }
        } else {
          for (CompletableFuture<Entry> waiter : slots.failed(now)) {
            Entry entry = new Entry.Unavailable(reason(failure));
            told.add(() -> waiter.complete(entry));
          }
        }
      }
      told.forEach(Runnable::run);
    }

    /** Gives back what nobody uses, and is forgotten when nothing is left. */
    void tidy(Duration patience) {
      synchronized (this) {
        if (slots.isForgettable(nanoTime.getAsLong())) {
          forgotten = true;
          keys.remove(identity, this);
          return;
        }
      }
      ask(patience);
    }
  }

  private CompletableFuture<Long> claimed(Key key, Claim claim, Duration patience) {
    try {
      return keeper
          .claim(key.identity, key.amount, key.counted, claim)
          .toCompletableFuture()
          .copy()
          .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static String reason(@Nullable Throwable failure) {
    if (failure == null || failure instanceof TimeoutException) {
      return "the fleet did not answer in time";
    }
    return String.valueOf(failure.getMessage());
  }

  private <T> T with(String key, long amount, Counted counted, Function<Key, Optional<T>> step) {
    String identity =
        switch (counted) {
          case BY_SHARES -> amount + "/" + key;
          case BY_EACH_SIDE -> amount + "/each/" + key;
        };
    while (true) {
      Key known = keys.computeIfAbsent(identity, _ -> new Key(identity, amount, counted));
      Optional<T> done = step.apply(known);
      if (done.isPresent()) {
        return done.get();
      }
    }
  }

  @Override
  public CompletionStage<Entry> enter(String key, long amount, Counted counted, Duration patience) {
    return with(
        key,
        amount,
        counted,
        known -> {
          Optional<CompletionStage<Entry>> entry = known.enter();
          if (entry.isPresent()) {
            known.ask(patience);
          }
          return entry;
        });
  }

  @Override
  public Entry enterAnyway(String key, long amount, Counted counted, long most) {
    return with(key, amount, counted, known -> known.enterAnyway(most));
  }

  /** To be called some times a second: gives back what nobody uses, renews what is used. */
  public void tidy(Duration patience) {
    keys.values().forEach(key -> key.tidy(patience));
  }
}
