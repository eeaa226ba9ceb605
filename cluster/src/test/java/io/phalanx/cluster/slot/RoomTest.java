package io.phalanx.cluster.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.side.Side;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoomTest {
  private static final Duration TERM = Duration.ofSeconds(5);
  private static final long END = TERM.toNanos();

  private final Room room = new Room(10, "keeper", 0);

  private static Claim claim(String member, long number, long used, long wanted, long spare) {
    return new Claim(member, number, used, wanted, spare, TERM);
  }

  private long at(long now, Claim claim) {
    return room.claim(claim, "keeper", Side.ALONE, now);
  }

  @Test
  void givesWhatIsFree() {
    assertThat(at(0, claim("a", 1, 0, 7, 0))).isEqualTo(7);
    assertThat(at(0, claim("b", 1, 0, 7, 0))).isEqualTo(3);
    assertThat(at(0, claim("c", 1, 0, 1, 0))).isZero();
  }

  @Test
  void givesToSpareOnlyAPartOfWhatIsLeft() {
    assertThat(at(0, claim("a", 1, 0, 2, 100))).isEqualTo(4);
    assertThat(at(0, claim("b", 1, 0, 4, 100))).isEqualTo(4);
    assertThat(at(0, claim("c", 1, 0, 2, 100))).isEqualTo(2);
  }

  @Test
  void takesBackWhatIsNotUsed() {
    at(0, claim("a", 1, 0, 10, 0));
    assertThat(at(0, claim("a", 2, 4, 0, 0))).isEqualTo(4);
    assertThat(at(0, claim("b", 1, 0, 10, 0))).isEqualTo(6);
  }

  @Test
  void doesAClaimThatComesTwiceOnceAndALateOneNever() {
    assertThat(at(0, claim("a", 2, 0, 6, 0))).isEqualTo(6);
    assertThat(at(0, claim("a", 2, 0, 6, 0))).isEqualTo(6);
    assertThat(at(0, claim("a", 1, 0, 9, 0))).isZero();
    assertThat(at(0, claim("b", 1, 0, 9, 0))).isEqualTo(4);
  }

  @Test
  void givesTheSlotsOfAMemberThatDoesNotComeBackToOthersAfterItsTerm() {
    at(0, claim("a", 1, 0, 10, 0));
    assertThat(at(END - 1, claim("b", 1, 0, 1, 0))).isZero();
    assertThat(at(END, claim("b", 2, 0, 1, 0))).isEqualTo(1);
  }

  @Test
  void leavesWhoIsInsideInsideThoughItsTermIsOver() {
    at(0, claim("a", 1, 0, 10, 0));
    at(END, claim("b", 1, 0, 5, 0));
    assertThat(at(END, claim("a", 2, 8, 1, 1))).isEqualTo(8);
    assertThat(at(END, claim("b", 2, 4, 1, 0))).isEqualTo(4);
  }

  @Test
  void goesOnWithAnotherKeeperAsIfNoTimeHadPassed() {
    at(END / 2, claim("a", 1, 0, 10, 0));
    assertThat(room.claim(claim("b", 1, 0, 1, 0), "other", Side.ALONE, 100 * END)).isZero();
    assertThat(room.claim(claim("b", 2, 0, 1, 0), "other", Side.ALONE, 101 * END)).isEqualTo(1);
  }

  @Test
  void isTheSameWhenItIsWrittenAndReadAgainAndNamesAnUnknownFormat() {
    at(3, claim("a", 1, 0, 4, 2));
    byte[] bytes = RoomFormat.bytes(room);
    assertThat(RoomFormat.bytes(RoomFormat.room(bytes))).isEqualTo(bytes);
    bytes[0] = 9;
    assertThatThrownBy(() -> RoomFormat.room(bytes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format 9");
  }
}
