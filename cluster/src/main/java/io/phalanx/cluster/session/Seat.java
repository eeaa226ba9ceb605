package io.phalanx.cluster.session;

/**
 * The place of one session, where the whole fleet keeps it. Time is that of a keeper's clock;
 * another keeper goes on as if no time had passed. Not safe for threads.
 */
public final class Seat {
  private String place;
  private long until;
  private String keeper;
  private long at;

  /** Of a session that is nowhere. */
  public Seat(String keeper, long now) {
    this("", now, keeper, now);
  }

  Seat(String place, long until, String keeper, long at) {
    this.place = place;
    this.until = until;
    this.keeper = keeper;
    this.at = at;
  }

  /**
   * @param by whose clock {@code now} is of
   * @param now nanoseconds, which never go back by the same clock
   * @return {@link Seating.At} or {@link Seating.Nowhere}
   */
  public Seating bid(Bid bid, String by, long now) {
    if (!by.equals(keeper)) {
      until += now - at;
      keeper = by;
    }
    at = now;
    if (until - now <= 0 || place.equals(bid.leaving())) {
      place = "";
    }
    boolean moves = bid.claimed() ? !place.equals(bid.place()) : place.isEmpty();
    if (moves) {
      place = bid.place();
    }
    if (place.isEmpty()) {
      until = now;
      return new Seating.Nowhere();
    }
    until = now + bid.expiry().toNanos();
    return new Seating.At(place, moves);
  }

  /** Nanoseconds until it is forgotten, if nobody asks. */
  public long untilForgotten() {
    return Math.max(0, until - at);
  }

  /** Empty if it is nowhere. */
  public String place() {
    return place;
  }

  long until() {
    return until;
  }

  String keeper() {
    return keeper;
  }

  long at() {
    return at;
  }
}
