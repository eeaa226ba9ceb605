package io.phalanx.cluster.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.side.Answer;
import io.phalanx.cluster.side.NotSettled;
import io.phalanx.cluster.side.Presence;
import io.phalanx.cluster.side.Side;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BucketTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Duration TERM = Duration.ofSeconds(2);

  /** Ten of them may be in advance. */
  private static final Limit LIMIT = new Limit(200, 100, Duration.ofSeconds(1));

  private final Bucket bucket = new Bucket(LIMIT, "keeper", 0);

  private static Draw draw(String member, long number, long unused, long wanted, long ahead) {
    return new Draw(member, number, unused, wanted, Duration.ZERO, ahead, TERM);
  }

  private Drawn at(long now, Draw draw) {
    return bucket.draw(draw, "keeper", Side.ALONE, now);
  }

  private static List<Duration> atOnce(int count) {
    return Collections.nCopies(count, Duration.ZERO);
  }

  @Test
  void admitsTheBurstAndThenWhatIsRefilled() {
    assertThat(at(0, draw("a", 1, 0, 300, 0)).delays()).isEqualTo(atOnce(200));
    assertThat(at(SECOND / 2, draw("b", 1, 0, 300, 0)))
        .isEqualTo(new Drawn(atOnce(50), 0, Duration.ofMillis(10), 0));
  }

  @Test
  void takesTokensAheadOfTheirTimeForWhoWouldWait() {
    at(0, draw("a", 1, 0, 200, 0));

    assertThat(at(0, new Draw("a", 2, 0, 5, Duration.ofMillis(25), 0, TERM)).delays())
        .containsExactly(Duration.ofMillis(10), Duration.ofMillis(20));
  }

  @Test
  void givesAllMembersATwentiethInAdvanceTogether() {
    assertThat(at(0, draw("a", 1, 0, 0, 7)).held()).isEqualTo(7);
    assertThat(at(0, draw("b", 1, 0, 0, 7)).held()).isEqualTo(3);
    assertThat(at(0, draw("c", 1, 0, 0, 7)).held()).isZero();
  }

  @Test
  void givesLessInAdvanceWhereLittleIsLeftAndNothingAtTheEnd() {
    at(0, draw("a", 1, 0, 180, 0));
    assertThat(at(0, draw("b", 1, 0, 0, 10)).held()).isEqualTo(5);
    at(0, draw("a", 2, 0, 12, 0));
    assertThat(at(0, draw("a", 3, 0, 0, 10)).held()).isZero();
  }

  @Test
  void letsNobodySaveUpWhatIsInAdvance() {
    at(0, draw("a", 1, 0, 0, 10));

    assertThat(at(SECOND, draw("b", 1, 0, 300, 0)).delays()).hasSize(190);
  }

  @Test
  void takesBackWhatIsNotWantedOnceHoweverOftenThatIsSaid() {
    at(0, draw("a", 1, 0, 0, 10));
    Draw back = draw("a", 2, 10, 0, 0);
    at(0, back);
    at(0, back);

    assertThat(at(0, draw("b", 1, 0, 300, 0)).delays()).hasSize(200);
  }

  @Test
  void leavesWhatIsLateOut() {
    at(0, draw("a", 2, 0, 0, 10));
    assertThat(at(0, draw("a", 1, 0, 100, 5)).delays()).isEmpty();

    assertThat(at(0, draw("b", 1, 0, 300, 0)).delays()).hasSize(190);
  }

  @Test
  void countsWhatAMemberDoesNotComeBackForAsUsed() {
    at(0, draw("a", 1, 0, 0, 10));
    at(0, draw("b", 1, 0, 190, 0));

    assertThat(at(TERM.toNanos(), draw("a", 2, 10, 300, 0)).delays()).hasSize(190);
    assertThat(at(2 * TERM.toNanos(), draw("a", 3, 0, 300, 0)).delays()).hasSize(200);
  }

  @Test
  void goesOnWithAnotherKeeperAsIfNoTimeHadPassed() {
    at(0, draw("a", 1, 0, 0, 10));
    at(0, draw("b", 1, 0, 190, 0));
    long elsewhere = 1000 * SECOND;

    assertThat(bucket.draw(draw("b", 2, 0, 300, 0), "other", Side.ALONE, elsewhere).delays())
        .isEmpty();
    assertThat(
            bucket
                .draw(draw("b", 3, 0, 300, 0), "other", Side.ALONE, elsewhere + TERM.toNanos() - 1)
                .delays())
        .hasSize(190);
  }

  @Test
  void countsLimitsWhoseTokensAreNoWholeNanosecondsApart() {
    var third = new Bucket(new Limit(2, 3, Duration.ofNanos(10)), "keeper", 0);
    long admitted = 0;
    for (long now = 0; now < 1000; now++) {
      admitted += third.draw(draw("a", now, 0, 1, 0), "keeper", Side.ALONE, now).delays().size();
    }
    assertThat(admitted).isEqualTo(2 + 3 * 999 / 10);
  }

  @Test
  void knowsNoOverflow() {
    var month = new Limit(Long.MAX_VALUE / 2, 1, Duration.ofDays(30));
    var large = new Bucket(month, "keeper", 0);
    assertThat(
            large.draw(draw("a", 1, 0, 1000, 0), "keeper", Side.ALONE, Long.MAX_VALUE / 2).delays())
        .hasSize(1000);
    assertThat(large.untilFull()).isPositive();
  }

  @Test
  void isTheSameWhenItIsWrittenAndReadAgain() {
    at(0, draw("a", 1, 0, 30, 7));
    at(SECOND / 7, draw("b", 1, 0, 150, 3));
    Bucket read = BucketFormat.bucket(BucketFormat.bytes(bucket));
    Draw next = draw("a", 2, 5, 300, 2);

    assertThat(read.draw(next, "keeper", Side.ALONE, SECOND)).isEqualTo(at(SECOND, next));
    assertThat(BucketFormat.bytes(read)).isEqualTo(BucketFormat.bytes(bucket));
  }

  @Test
  void namesAFormatThatIsNotKnown() {
    byte[] newer = BucketFormat.bytes(bucket);
    newer[0] = 9;
    assertThatThrownBy(() -> BucketFormat.bucket(newer))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format 9");
    assertThatThrownBy(() -> BucketFormat.bucket(new byte[] {1, 2, 3}))
        .isInstanceOf(IllegalStateException.class);
  }

  /** The first of three members, of whom all had answered before some were lost at second 1. */
  private static Side sideOf(long... left) {
    var presence = new Presence();
    presence.see(1, members(1, 2, 3), 3, 0);
    for (long other : new long[] {2, 3}) {
      presence.answered(other, 0, says(1, 2, 3), 0);
    }
    presence.safe(presence.changes(), 0);
    if (left.length < 3) {
      presence.see(1, members(left), 3, SECOND);
      for (long other : left) {
        presence.answered(other, SECOND, says(left), SECOND);
      }
    }
    return presence.side();
  }

  private static Map<Long, Boolean> members(long... members) {
    return LongStream.of(members).boxed().collect(Collectors.toMap(one -> one, _ -> true));
  }

  private static Answer says(long... view) {
    return new Answer(
        members(view).keySet(),
        Set.of(),
        100 * SECOND,
        false,
        true,
        OptionalLong.empty(),
        false,
        false,
        Set.of());
  }

  @Test
  void dividesWhatIsLeftInProportionToWhoIsOnWhichSide() {
    for (boolean withOther : List.of(true, false)) {
      Side all = sideOf(1, 2, 3);
      Bucket shared = Bucket.unknown(LIMIT, "one", all, 0);
      shared.draw(draw("a", 1, 0, 110, 0), "one", all, 0);
      Bucket copy = BucketFormat.bucket(BucketFormat.bytes(shared));

      Side side = withOther ? sideOf(1, 2) : sideOf(1);
      // Another keeper, for whom no time has passed: of 90 tokens.
      assertThat(copy.draw(draw("b", 1, 0, 300, 0), "other", side, SECOND).delays())
          .hasSize(withOther ? 60 : 30);
    }
  }

  @Test
  void gainsNothingForAnotherKeeperUntilTheLostOneCanUseNothingMore() {
    Side all = sideOf(1, 2, 3);
    Bucket shared = Bucket.unknown(LIMIT, "one", all, 0);
    shared.draw(draw("a", 1, 0, 300, 0), "one", all, 0);
    Side side = sideOf(1, 2);
    shared.draw(draw("b", 1, 0, 1, 0), "other", side, SECOND);

    assertThat(shared.draw(draw("b", 2, 0, 300, 0), "other", side, 3 * SECOND).delays()).isEmpty();
    // 2.2 s after the loss, and for one member, as the other has not answered since.
    assertThat(shared.draw(draw("b", 3, 0, 300, 0), "other", side, 4 * SECOND).delays())
        .hasSize((int) (100 * 0.8 / 3));
  }

  @Test
  void isDecidedAboutByNobodyWhoDoesNotKnowWhoIsLeft() {
    Side all = sideOf(1, 2, 3);
    Bucket shared = Bucket.unknown(LIMIT, "one", all, 0);
    var unsettled = new Presence();
    unsettled.see(1, members(1, 2, 3), 3, 0);
    unsettled.see(1, members(1, 2), 3, SECOND);

    assertThatThrownBy(() -> shared.draw(draw("b", 1, 0, 1, 0), "other", unsettled.side(), SECOND))
        .isInstanceOf(NotSettled.class);
  }
}
