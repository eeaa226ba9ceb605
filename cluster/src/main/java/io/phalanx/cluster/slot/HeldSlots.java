package io.phalanx.cluster.slot;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one member knows and has of one key: its slots, who is inside, and who waits for an answer.
 * Decides on the spot where it can; else one claim at a time is under way, for all who wait
 * together. Time is that of the member's clock, in nanoseconds. Not safe for threads.
 *
 * @param <W> who waits
 */
final class HeldSlots<W> {
  /** For how long those who come are to find slots at hand. */
  private static final long HORIZON = Duration.ofMillis(50).toNanos();

  /** Not used for so long, what is to spare goes back. */
  static final long IDLE = Duration.ofMillis(250).toNanos();

  /** Without an answer for so long nobody else waits for one; the next claim finds out. */
  private static final long BLIND = Duration.ofMillis(100).toNanos();

  /** What became of one who waited: inside, if it is not full. */
  record Decision<W>(W waiter, boolean inside) {}

  private final String member;
  private final LongSupplier numbers;
  private final ArrayDeque<W> waiting = new ArrayDeque<>();
  private @Nullable Claim underWay;
  private long sentAt;
  private long slots;
  private long until;
  private long used;
  private boolean blind;
  private long blindUntil;
  private long comers;
  private long lastClaim;
  private long lastUse;

  /**
   * @param numbers each higher than all before
   */
  HeldSlots(String member, LongSupplier numbers, long now) {
    this.member = member;
    this.numbers = numbers;
    this.until = now;
    this.blindUntil = now;
    this.lastClaim = now;
    this.lastUse = now;
  }

  /** How it stands with one who comes. */
  enum Arrival {
    INSIDE,
    WAITS,
    UNKNOWN
  }

  /** If it {@linkplain Arrival#WAITS waits}, {@link #next} is to be asked. */
  Arrival enter(W waiter, long now) {
    lastUse = now;
    comers++;
    if (waiting.isEmpty() && until - now > 0 && used < slots) {
      used++;
      return Arrival.INSIDE;
    }
    if (blindUntil - now > 0 || (blind && underWay != null)) {
      return Arrival.UNKNOWN;
    }
    waiting.add(waiter);
    return Arrival.WAITS;
  }

  /** Whether it got in. */
  boolean enterAnyway(long most, long now) {
    lastUse = now;
    if (used >= most) {
      return false;
    }
    used++;
    return true;
  }

  void leave(long now) {
    lastUse = now;
    used--;
  }

  /** What is to be asked now, if anything; {@link #answered} or {@link #failed} is to follow. */
  Optional<Claim> next(long now) {
    if (underWay != null) {
      return Optional.empty();
    }
    boolean idle = now - lastUse >= IDLE;
    long spare = idle ? 0 : comers * HORIZON / Math.max(HORIZON, now - lastClaim);
    boolean old = until - now < Slots.TERM.toNanos() / 2;
    boolean renew = old && (used > 0 || slots > 0);
    boolean givesBack = slots > used + spare && now - lastClaim >= HORIZON;
    if (waiting.isEmpty() && !renew && !givesBack) {
      return Optional.empty();
    }
    // Who comes before the answer may find a slot still, so what is left for them is no wish.
    long kept = used + Math.max(0, Math.min(spare, slots - used)) / 2;
    long more = Math.max(0, used + spare - kept);
    var claim = new Claim(member, numbers.getAsLong(), kept, waiting.size(), more, Slots.TERM);
    underWay = claim;
    slots = Math.min(slots, kept); // The rest goes back, whether or not that is answered.
    sentAt = now;
    comers = 0;
    lastClaim = now;
    return Optional.of(claim);
  }

  /** The answer to what is under way; those who come behind it are not decided by it. */
  List<Decision<W>> answered(long granted, long now) {
    Claim claim = underWay;
    if (claim == null) {
      throw new IllegalStateException("nothing was asked");
    }
    underWay = null;
    blind = false;
    slots = granted;
    until = sentAt + Slots.TERM.toNanos();
    var decisions = new ArrayList<Decision<W>>();
    for (long i = 0; i < claim.wanted() && !waiting.isEmpty(); i++) {
      boolean inside = used < slots && until - now > 0;
      used += inside ? 1 : 0;
      decisions.add(new Decision<>(waiting.remove(), inside));
    }
    return decisions;
  }

  /** Nothing came of what is under way, as far as is known here: who waits is to know that. */
  List<W> failed(long now) {
    underWay = null;
    blind = true;
    blindUntil = now + BLIND;
    List<W> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  long used() {
    return used;
  }

  /** Whether nothing would be lost with this. */
  boolean isForgettable(long now) {
    return used == 0
        && (slots == 0 || until - now <= 0)
        && waiting.isEmpty()
        && underWay == null
        && now - lastUse >= IDLE;
  }
}
