package io.phalanx.cluster.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
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
    return bucket.draw(draw, "keeper", now);
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

    assertThat(bucket.draw(draw("b", 2, 0, 300, 0), "other", elsewhere).delays()).isEmpty();
    assertThat(
            bucket.draw(draw("b", 3, 0, 300, 0), "other", elsewhere + TERM.toNanos() - 1).delays())
        .hasSize(190);
  }

  @Test
  void countsLimitsWhoseTokensAreNoWholeNanosecondsApart() {
    var third = new Bucket(new Limit(2, 3, Duration.ofNanos(10)), "keeper", 0);
    long admitted = 0;
    for (long now = 0; now < 1000; now++) {
      admitted += third.draw(draw("a", now, 0, 1, 0), "keeper", now).delays().size();
    }
    assertThat(admitted).isEqualTo(2 + 3 * 999 / 10);
  }

  @Test
  void knowsNoOverflow() {
    var month = new Limit(Long.MAX_VALUE / 2, 1, Duration.ofDays(30));
    var large = new Bucket(month, "keeper", 0);
    assertThat(large.draw(draw("a", 1, 0, 1000, 0), "keeper", Long.MAX_VALUE / 2).delays())
        .hasSize(1000);
    assertThat(large.untilFull()).isPositive();
  }

  @Test
  void isTheSameWhenItIsWrittenAndReadAgain() {
    at(0, draw("a", 1, 0, 30, 7));
    at(SECOND / 7, draw("b", 1, 0, 150, 3));
    Bucket read = BucketFormat.bucket(BucketFormat.bytes(bucket));
    Draw next = draw("a", 2, 5, 300, 2);

    assertThat(read.draw(next, "keeper", SECOND)).isEqualTo(at(SECOND, next));
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
}
