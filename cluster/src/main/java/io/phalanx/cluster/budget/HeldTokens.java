package io.phalanx.cluster.budget;

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
 * What one member knows and has of one key: tokens in advance, when the next one may be there, and
 * who waits for an answer. Decides on the spot where it can; else one draw at a time is under way,
 * for all who wait together. How much it wants in advance follows from how many came lately.
 *
 * <p>Time is that of the member's clock, in nanoseconds. Not safe for threads.
 *
 * @param <W> who waits
 */
final class HeldTokens<W> implements Holding<Draw, Drawn, HeldTokens.Decision<W>> {
  static final Duration TERM = Duration.ofSeconds(2);

  /** For so long those who come are to find a token at hand. */
  private static final Duration HORIZON = Duration.ofMillis(250);

  /** Not used for so long, what is held goes back. */
  static final long IDLE = Duration.ofMillis(250).toNanos();

  /**
   * Where no token can be there nobody need be asked; but whoever keeps the bucket drops what has
   * not been asked for the longest, and must see that this one is used.
   */
  private static final long SEEN = Duration.ofMillis(500).toNanos();

  /**
   * When a draw has been under way for so long, or one before it was, nobody else waits for it. In
   * advance a member has tokens for longer, so a keeper that pauses is not noticed.
   */
  static final long LATE = Duration.ofMillis(100).toNanos();

  /**
   * The same where the last answer was that there is no token: most would be refused in any case.
   */
  static final long LATE_WHERE_EMPTY = Duration.ofMillis(25).toNanos();

  /** After which time the fleet is asked again that did not answer; nobody waits for that. */
  static final long BLIND = Duration.ofMillis(100).toNanos();

  /** After which time a draw is done again for which the fleet was not ready. */
  static final long AGAIN = AskedKey.AGAIN.toNanos();

  /** What became of one who waited. */
  record Decision<W>(W waiter, Grant grant) {}

  private record Waiting<W>(W waiter, Duration maxDelay, long since) {}

  private final String member;
  private final LongSupplier numbers;
  private final Demand demand;
  private final ArrayDeque<Waiting<W>> waiting = new ArrayDeque<>();
  private @Nullable Draw underWay;
  private long sentAt;
  private long held;
  private long until;
  private long takenSince;
  private long left;
  private long nextToken;
  private boolean empty;
  private boolean late;
  private boolean blind;
  private long notBefore;
  private long obtained;
  private long lastUse;

  /**
   * @param numbers each higher than all before
   */
  HeldTokens(String member, LongSupplier numbers, long now) {
    this.member = member;
    this.numbers = numbers;
    this.until = now;
    this.nextToken = now;
    this.notBefore = now;
    this.demand = new Demand(HORIZON, now);
    this.lastUse = now;
  }

  /**
   * The answer, if there is one now; else {@code waiter} waits, and {@link #next} is to be asked.
   */
  Optional<Grant> take(W waiter, Duration maxDelay, long now) {
    lastUse = now;
    demand.come();
    expire(now);
    if (waiting.isEmpty()) {
      if (held > 0) {
        held--;
        takenSince++;
        return Optional.of(new Grant.Admitted(Duration.ZERO, left + held));
      }
      long wait = nextToken - now;
      if (wait > maxDelay.toNanos() && now - sentAt < SEEN) {
        return Optional.of(new Grant.Refused(Duration.ofNanos(wait)));
      }
    }
    if (blind) {
      return Optional.of(new Grant.Unavailable("the budget did not answer"));
    }
    if (isLate(now)) {
      return Optional.of(
          empty
              ? new Grant.Refused(Duration.ofNanos(BLIND))
              : new Grant.Unavailable("the budget is late with an answer"));
    }
    waiting.add(new Waiting<>(waiter, maxDelay, now));
    return Optional.empty();
  }

  private boolean isLate(long now) {
    return late || isSilent(now);
  }

  private boolean isSilent(long now) {
    return underWay != null && now - sentAt > (empty ? LATE_WHERE_EMPTY : LATE);
  }

  private void expire(long now) {
    if (until - now <= 0) {
      held = 0;
    }
  }

  /** What is to be asked now, if anything; {@link #answered} or {@link #failed} is to follow. */
  @Override
  public Optional<Draw> next(long now) {
    expire(now);
    if (underWay != null || notBefore - now > 0) {
      return Optional.empty();
    }
    boolean idle = now - lastUse >= IDLE;
    long ahead = idle ? 0 : demand.expected(now);
    boolean low = held <= obtained / 2 || until - now < TERM.toNanos() / 2;
    boolean lost = (late || blind) && !idle;
    if (waiting.isEmpty() && !lost && !(held > 0 && (idle || low))) {
      return Optional.empty();
    }
    Duration maxDelay = waiting.isEmpty() ? Duration.ZERO : waiting.getFirst().maxDelay;
    var draw = new Draw(member, numbers.getAsLong(), held, alike(maxDelay), maxDelay, ahead, TERM);
    underWay = draw;
    held = Math.min(held, ahead); // The rest goes back, whether it is known to have arrived or not.
    sentAt = now;
    takenSince = 0;
    return Optional.of(draw);
  }

  private long alike(Duration maxDelay) {
    return waiting.stream()
        .limit(Draw.MOST_WANTED)
        .takeWhile(one -> one.maxDelay.equals(maxDelay))
        .count();
  }

  /** The answer to what is under way; those who come behind it are not decided by it. */
  @Override
  public List<Decision<W>> answered(Drawn drawn, long now) {
    Draw draw = underWay;
    if (draw == null) {
      throw new IllegalStateException("nothing was asked");
    }
    underWay = null;
    late = false;
    blind = false;
    empty = drawn.next().isPositive();
    obtained = drawn.held();
    held = Math.max(0, drawn.held() - takenSince);
    until = sentAt + TERM.toNanos();
    left = drawn.left();
    nextToken = sentAt + drawn.next().toNanos();
    expire(now);
    var decisions = new ArrayList<Decision<W>>();
    for (int i = 0; i < draw.wanted() && !waiting.isEmpty(); i++) {
      Grant grant =
          i < drawn.delays().size()
              ? new Grant.Admitted(drawn.delays().get(i), left + held)
              : new Grant.Refused(drawn.next());
      decisions.add(new Decision<>(waiting.remove().waiter, grant));
    }
    return decisions;
  }

  /**
   * What is under way is to be asked again, after {@link #AGAIN}. Whoever has waited for longer
   * than {@code patience} is told so.
   */
  @Override
  public List<Decision<W>> postponed(Duration patience, String reason, long now) {
    late = isSilent(now);
    underWay = null;
    notBefore = now + AGAIN;
    var decisions = new ArrayList<Decision<W>>();
    waiting.removeIf(
        one -> {
          boolean over = now + AGAIN - one.since > patience.toNanos();
          if (over) {
            decisions.add(new Decision<>(one.waiter, new Grant.Unavailable(reason)));
          }
          return over;
        });
    return decisions;
  }

  /** Nothing came of what is under way, as far as is known here. What is held stays. */
  @Override
  public List<Decision<W>> failed(String reason, long now) {
    underWay = null;
    late = false;
    blind = true;
    notBefore = now + BLIND;
    var decisions = new ArrayList<Decision<W>>();
    for (Waiting<W> one = waiting.poll(); one != null; one = waiting.poll()) {
      decisions.add(new Decision<>(one.waiter, new Grant.Unavailable(reason)));
    }
    return decisions;
  }

  /** Gives back what is held, for this member leaves. Nobody may come any more. */
  @Override
  public Optional<Draw> last(long now) {
    lastUse = now - IDLE;
    return next(now);
  }

  /** Whether nothing would be lost with this. */
  @Override
  public boolean isForgettable(long now) {
    expire(now);
    return held == 0 && waiting.isEmpty() && underWay == null && now - lastUse >= IDLE;
  }

  /** Tokens at hand. */
  long held() {
    return held;
  }
}
