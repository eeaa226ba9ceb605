package io.phalanx.cluster.local;

import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.slot.Entry;
import io.phalanx.cluster.slot.Slots;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Slots of a node on its own, or of one node of a fleet. */
public final class LocalSlots implements Slots {
  private final ConcurrentHashMap<String, Long> inside = new ConcurrentHashMap<>();

  @Override
  public CompletionStage<Entry> enter(String key, long amount, Counted counted, Duration patience) {
    return CompletableFuture.completedStage(enterAnyway(key, amount, counted, amount));
  }

  @Override
  public Entry enterAnyway(String key, long amount, Counted counted, long most) {
    String identity = amount + "/" + key;
    var entered = new AtomicBoolean();
    inside.compute(
        identity,
        (_, known) -> {
          long before = known == null ? 0 : known;
          entered.set(before < most);
          return entered.get() ? (Long) (before + 1) : known;
        });
    if (!entered.get()) {
      return new Entry.Full();
    }
    return new Entry.Entered(
        () -> {
          if (entered.compareAndSet(true, false)) {
            inside.computeIfPresent(identity, (_, count) -> count > 1 ? (Long) (count - 1) : null);
          }
        });
  }
}
