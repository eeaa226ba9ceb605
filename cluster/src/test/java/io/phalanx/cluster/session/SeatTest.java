package io.phalanx.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SeatTest {
  private static final Duration EXPIRY = Duration.ofMinutes(30);
  private static final long END = EXPIRY.toNanos();

  private Seat seat = new Seat("keeper", 5);

  private Seating at(long now, Bid bid) {
    return seat.bid(bid, "keeper", now);
  }

  private static Seating stays(String place) {
    return new Seating.At(place, false);
  }

  private static Seating moves(String place) {
    return new Seating.At(place, true);
  }

  @Test
  void isWhereItWasFirstSaidToBe() {
    assertThat(at(5, Bid.at("", EXPIRY))).isEqualTo(new Seating.Nowhere());
    assertThat(at(5, Bid.at("a", EXPIRY))).isEqualTo(moves("a"));
    assertThat(at(6, Bid.at("b", EXPIRY))).isEqualTo(stays("a"));
  }

  @Test
  void eachBidProlongsIt() {
    at(0, Bid.at("a", EXPIRY));
    assertThat(at(END - 1, Bid.at("b", EXPIRY))).isEqualTo(stays("a"));
    assertThat(at(2 * END - 2, Bid.at("b", EXPIRY))).isEqualTo(stays("a"));
    assertThat(at(3 * END - 2, Bid.at("b", EXPIRY))).isEqualTo(moves("b"));
  }

  @Test
  void leavesOnlyThePlaceThatItIsAt() {
    at(0, Bid.at("a", EXPIRY));
    assertThat(at(1, Bid.instead("c", "b", EXPIRY))).isEqualTo(stays("a"));
    assertThat(at(2, Bid.instead("c", "a", EXPIRY))).isEqualTo(moves("c"));
    assertThat(at(3, Bid.instead("d", "a", EXPIRY))).isEqualTo(stays("c"));
    assertThat(at(4, Bid.instead("", "c", EXPIRY))).isEqualTo(new Seating.Nowhere());
    assertThat(seat.untilForgotten()).isZero();
  }

  @Test
  void anotherKeeperGoesOnAsIfNoTimeHadPassed() {
    at(END, Bid.at("a", EXPIRY));
    Seat moved = SessionFormat.seat(SessionFormat.bytes(seat));

    assertThat(moved.bid(Bid.at("b", EXPIRY), "heir", 7)).isEqualTo(stays("a"));
    assertThat(moved.bid(Bid.at("b", EXPIRY), "heir", 7 + END - 1)).isEqualTo(stays("a"));
    assertThat(moved.untilForgotten()).isEqualTo(END);
  }

  @Test
  void whatIsWrittenIsRead() {
    at(3, Bid.at("a", EXPIRY));
    Bid bid = new Bid("b", "a", true, Duration.ofSeconds(9));

    assertThat(SessionFormat.bid(SessionFormat.bytes(bid))).isEqualTo(bid);
    assertThat(SessionFormat.seating(SessionFormat.bytes(moves("b")))).isEqualTo(moves("b"));
    assertThat(SessionFormat.seating(SessionFormat.bytes(new Seating.Nowhere())))
        .isEqualTo(new Seating.Nowhere());
    assertThat(SessionFormat.bytes(SessionFormat.seat(SessionFormat.bytes(seat))))
        .isEqualTo(SessionFormat.bytes(seat));
  }

  @Test
  void anUnknownFormatIsTold() {
    byte[] bytes = SessionFormat.bytes(Bid.at("a", EXPIRY));
    bytes[0] = 9;

    assertThatIllegalStateException()
        .isThrownBy(() -> SessionFormat.bid(bytes))
        .withMessage("sessions are in format 9, this release knows 1");
    assertThatIllegalStateException().isThrownBy(() -> SessionFormat.seat(new byte[] {1, 0}));
  }

  @Test
  void aBidThatMeansNothingIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Bid.at("a", Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> Bid.claim("", EXPIRY));
  }
}
