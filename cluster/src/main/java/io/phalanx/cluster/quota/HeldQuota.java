package io.phalanx.cluster.quota;

import io.phalanx.cluster.demand.AskedKey;
import io.phalanx.cluster.demand.Demand;
import io.phalanx.cluster.demand.Holding;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one member knows and has of one account: tokens in advance, until when there is none, and
 * who waits for an answer. Decides on the spot where it can; else one draw at a time is under way,
 * for all who wait together. How much it wants in advance follows from how many came lately.
 *
 * <p>Time is that of the member's monotonic clock, in nanoseconds. Not safe for threads.
 *
 * @param <W> who waits
 */
final class HeldQuota<W> implements Holding<Need, Drawn, HeldQuota.Decision<W>> {
  /** For so long those who come are to find a token at hand: each draw is forced to disk. */
  private static final Duration HORIZON = Duration.ofMillis(50);

  /** Not used for so long, what is held goes back. */
  static final long IDLE = Duration.ofMillis(250).toNanos();

  /** For so long nobody is asked again where there was nothing; others may give some back. */
  private static final long SEEN = Duration.ofMillis(500).toNanos();

  /** Without an answer for so long nobody else waits for one; the next draw finds out. */
  static final long BLIND = Duration.ofMillis(100).toNanos();

  /** After which time a draw is done again for which the fleet was not ready. */
  static final long AGAIN = AskedKey.AGAIN.toNanos();

  /** What became of one who waited. */
  record Decision<W>(W waiter, Admission admission) {}

  private record Waiting<W>(W waiter, long since) {}

  private final LongSupplier numbers;
  private final Demand demand;
  private final ArrayDeque<Waiting<W>> waiting = new ArrayDeque<>();
  private @Nullable Need underWay;
  private long sentAt;
  private long held;
  private long answered;
  private long part;
  private long partUntil;
  private long until;
  private long takenSince;
  private long rest;
  private long resets;
  private long nextToken;
  private boolean blind;
  private long blindUntil;
  private long notBefore;
  private long wanted;
  private long lastUse;

  /**
   * @param numbers each higher than all before
   */
  HeldQuota(LongSupplier numbers, long now) {
    this.numbers = numbers;
    // Another one may have gone before, which was forgotten, and used what it was given.
    this.answered = numbers.getAsLong();
    this.until = now;
    this.partUntil = now;
    this.notBefore = now;
    this.resets = now;
    this.nextToken = now;
    this.blindUntil = now;
    this.demand = new Demand(HORIZON, now);
    this.lastUse = now;
  }

  /**
   * The answer, if there is one now; else {@code waiter} waits, and {@link #next} is to be asked.
   */
  Optional<Admission> take(W waiter, long now) {
    lastUse = now;
    demand.come();
    expire(now);
    if (waiting.isEmpty()) {
      if (held > 0) {
        held--;
        takenSince++;
        return Optional.of(admitted(now));
      }
      if (nextToken - now > 0 && now - sentAt < SEEN) {
        return Optional.of(new Admission.Refused(Duration.ofNanos(nextToken - now)));
      }
    }
    if (blindUntil - now > 0 || (blind && underWay != null)) {
      return Optional.of(new Admission.Unavailable("the quota did not answer"));
    }
    waiting.add(new Waiting<>(waiter, now));
    return Optional.empty();
  }

  private Admission admitted(long now) {
    return new Admission.Admitted(rest + held, Duration.ofNanos(Math.max(0, resets - now)));
  }

  private void expire(long now) {
    if (until - now <= 0) {
      held = 0;
    }
  }

  /**
   * What is to be asked now, if anything; {@link #answered}, {@link #postponed} or {@link #failed}
   * is to follow.
   */
  @Override
  public Optional<Need> next(long now) {
    expire(now);
    if (underWay != null || notBefore - now > 0) {
      return Optional.empty();
    }
    boolean idle = now - lastUse >= IDLE;
    long ahead = idle ? 0 : demand.expected(now);
    boolean low = held < wanted / 2 || until - now < Quota.TERM.toNanos() / 2;
    if (waiting.isEmpty() && !(held > 0 && (idle || low))) {
      return Optional.empty();
    }
    // The rest goes back, whether it is known to have arrived or not. What counts in a part that is
    // over goes back as well: what is kept cannot count in another one.
    long kept = partUntil - now > 0 ? Math.min(held, ahead) : 0;
    int most = Math.min(waiting.size(), Need.MOST_WANTED);
    var need = new Need(numbers.getAsLong(), answered, part, held, kept, most, ahead);
    underWay = need;
    held = kept;
    sentAt = now;
    takenSince = 0;
    wanted = ahead;
    return Optional.of(need);
  }

  /**
   * The answer to what is under way; those who come behind it are not decided by it. If it comes
   * when what it gave may not be used any more, they go on waiting, for another one.
   */
  @Override
  public List<Decision<W>> answered(Drawn drawn, long now) {
    Need need = underWay;
    if (need == null) {
      throw new IllegalStateException("nothing was asked");
    }
    underWay = null;
    blind = false;
    answered = need.number();
    part = drawn.part();
    partUntil = sentAt + drawn.partEnds().toNanos();
    held = Math.max(0, drawn.held() - takenSince);
    until = sentAt + drawn.usable().toNanos();
    rest = drawn.rest();
    resets = sentAt + drawn.reset().toNanos();
    nextToken = sentAt + drawn.next().toNanos();
    expire(now);
    var decisions = new ArrayList<Decision<W>>();
    if (drawn.granted() > 0 && until - now <= 0) {
      return decisions;
    }
    for (int i = 0; i < need.wanted() && !waiting.isEmpty(); i++) {
      Admission admission =
          i < drawn.granted()
              ? admitted(now)
              : new Admission.Refused(Duration.ofNanos(Math.max(0, resets - now)));
      decisions.add(new Decision<>(waiting.remove().waiter, admission));
    }
    return decisions;
  }

  /**
   * What is under way is to be asked again, after {@link #AGAIN}. Whoever has waited for longer
   * than {@code patience} is told so.
   */
  @Override
  public List<Decision<W>> postponed(Duration patience, String reason, long now) {
    underWay = null;
    notBefore = now + AGAIN;
    var decisions = new ArrayList<Decision<W>>();
    waiting.removeIf(
        one -> {
          boolean over = now + AGAIN - one.since > patience.toNanos();
          if (over) {
            decisions.add(new Decision<>(one.waiter, new Admission.Unavailable(reason)));
          }
          return over;
        });
    return decisions;
  }

  /** Nothing came of what is under way, as far as is known here. What is held stays. */
  @Override
  public List<Decision<W>> failed(String reason, long now) {
    underWay = null;
    blind = true;
    blindUntil = now + BLIND;
    var decisions = new ArrayList<Decision<W>>();
    for (Waiting<W> one = waiting.poll(); one != null; one = waiting.poll()) {
      decisions.add(new Decision<>(one.waiter, new Admission.Unavailable(reason)));
    }
    return decisions;
  }

  /** Gives back what is held, for this member leaves. Nobody may come any more. */
  @Override
  public Optional<Need> last(long now) {
    lastUse = now - IDLE;
    return next(now);
  }

  /** Whether nothing would be lost with this. */
  @Override
  public boolean isForgettable(long now) {
    expire(now);
    return held == 0 && waiting.isEmpty() && underWay == null && now - lastUse >= IDLE;
  }
}
