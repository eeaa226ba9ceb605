package io.phalanx.cluster.breaker;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Circuits by their keys, each for as long as somebody has it. Safe for threads. */
public final class KnownCircuits {
  private final ConcurrentHashMap<String, Kept> kept = new ConcurrentHashMap<>();
  private final ReferenceQueue<Circuit> gone = new ReferenceQueue<>();

  private final AtomicLong asks = new AtomicLong();

  private static final class Kept extends WeakReference<Circuit> {
    private final String key;
    private volatile long asked;

    Kept(String key, Circuit circuit, ReferenceQueue<Circuit> gone) {
      super(circuit, gone);
      this.key = key;
    }
  }

  /** The known one, or a fresh one. */
  public Circuit circuit(String key, Supplier<Circuit> fresh) {
    forgetGone();
    long asked = asks.incrementAndGet();
    @Nullable Kept known = kept.get(key);
    while (true) {
      @Nullable Circuit circuit = known == null ? null : known.get();
      if (known != null && circuit != null) {
        known.asked = asked;
        return circuit;
      }
      Circuit made = fresh.get();
      var reference = new Kept(key, made, gone);
      reference.asked = asked;
      boolean put =
          known == null
              ? kept.putIfAbsent(key, reference) == null
              : kept.replace(key, known, reference);
      if (put) {
        return made;
      }
      known = kept.get(key);
    }
  }

  private void forgetGone() {
    for (Reference<? extends Circuit> each = gone.poll(); each != null; each = gone.poll()) {
      if (each instanceof Kept reference) {
        kept.remove(reference.key, reference);
      }
    }
  }

  public Optional<Circuit> find(String key) {
    return Optional.ofNullable(kept.get(key)).map(Kept::get);
  }

  /** Those last that were asked for last. */
  public List<Circuit> all() {
    // By one look at each: it may be asked for meanwhile.
    return kept.values().stream()
        .map(each -> Map.entry(each.asked, each))
        .sorted(Map.Entry.comparingByKey())
        .map(each -> each.getValue().get())
        .filter(Objects::nonNull)
        .toList();
  }
}
