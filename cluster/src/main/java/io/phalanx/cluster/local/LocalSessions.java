package io.phalanx.cluster.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.Seat;
import io.phalanx.cluster.session.Seating;
import io.phalanx.cluster.session.SessionTable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Sessions of a node on its own, to which all are {@linkplain #near near}. Beyond {@value
 * #MAX_SESSIONS} the one that was used least is forgotten first.
 */
public final class LocalSessions implements SessionTable {
  static final int MAX_SESSIONS = 250_000;

  private static final String SELF = "self";

  private final LongSupplier nanoTime;
  private final Cache<String, Held> seats;

  /**
   * @param nanoTime nanoseconds that never go back
   */
  public LocalSessions(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.seats =
        Caffeine.newBuilder()
            .maximumSize(MAX_SESSIONS)
            .ticker(nanoTime::getAsLong)
            .expireAfter(
                Expiry.<String, Held>writing(
                    (_, held) -> Duration.ofNanos(held.seat().untilForgotten())))
            .build();
  }

  /**
   * A seat, changed only in steps in which nobody else has it.
   *
   * @param expiry of the last bid
   */
  private record Held(Seat seat, Duration expiry) {}

  /** What came out of the step in which nobody else had the seat. */
  private static final class Told {
    private Seating seating = new Seating.Nowhere();
  }

  @Override
  public Optional<String> near(String key) {
    var told = new Told();
    seats
        .asMap()
        .computeIfPresent(
            key,
            (_, known) -> {
              told.seating =
                  known.seat().bid(Bid.at("", known.expiry()), SELF, nanoTime.getAsLong());
              return told.seating instanceof Seating.At ? known : null;
            });
    return told.seating instanceof Seating.At(String place, boolean _)
        ? Optional.of(place)
        : Optional.empty();
  }

  @Override
  public CompletionStage<Seating> seat(String key, Bid bid, Duration patience) {
    var told = new Told();
    seats
        .asMap()
        .compute(
            key,
            (_, known) -> {
              long now = nanoTime.getAsLong();
              Seat seat = known == null ? new Seat(SELF, now) : known.seat();
              told.seating = seat.bid(bid, SELF, now);
              return told.seating instanceof Seating.At ? new Held(seat, bid.expiry()) : null;
            });
    return CompletableFuture.completedStage(told.seating);
  }

  /** How many are remembered, about. */
  long count() {
    seats.cleanUp();
    return seats.estimatedSize();
  }
}
