package io.phalanx.cluster.side;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PresenceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long SELF = 1;

  private final Presence presence = new Presence();

  private static Map<Long, Boolean> members(long... members) {
    Map<Long, Boolean> seen = new HashMap<>();
    for (long member : members) {
      seen.put(member, true);
    }
    return seen;
  }

  private static Answer answer(Long... view) {
    return answer(false, view);
  }

  private static Answer answer(boolean telling, Long... view) {
    return new Answer(
        Set.of(view),
        Set.of(),
        100 * SECOND,
        false,
        true,
        OptionalLong.empty(),
        false,
        telling,
        Set.of());
  }

  /** Three members that have everything backed up, at second 10. */
  private void threeMembers() {
    presence.see(SELF, members(1), 1, 0);
    presence.see(SELF, members(1, 2, 3), 3, 0);
    presence.answered(2, 10 * SECOND, answer(1L, 2L, 3L), 10 * SECOND);
    presence.answered(3, 10 * SECOND, answer(1L, 2L, 3L), 10 * SECOND);
    presence.safe(presence.changes(), 10 * SECOND);
  }

  @Test
  void usesThePartsOfThoseWhoAnsweredForTwoSeconds() {
    threeMembers();
    Side side = presence.side();

    assertThat(side.most(90, 11 * SECOND)).isEqualTo(90);
    assertThat(side.lenders(11 * SECOND)).isEqualTo(3);
    assertThat(side.most(90, 12 * SECOND)).isEqualTo(30);
    assertThat(side.gaining(10 * SECOND, 20 * SECOND)).isEqualTo(14 * SECOND);
  }

  @Test
  void countsNobodyWhoHasNotAnswered() {
    presence.see(SELF, members(1), 1, 0);
    presence.see(SELF, members(1, 2, 3), 3, SECOND);

    assertThat(presence.side().most(90, SECOND)).isEqualTo(30);
  }

  @Test
  void answersOnlyThoseThatItSees() {
    presence.see(SELF, members(1, 2), 2, 0);

    assertThat(presence.asked(2, SECOND).orElseThrow().view()).containsExactlyInAnyOrder(1L, 2L);
    assertThat(presence.asked(3, SECOND)).isEmpty();
  }

  @Test
  void decidesNothingAfterALossUntilAllWhoAreLeftHaveNoticed() {
    threeMembers();
    presence.see(SELF, members(1, 2), 3, 11 * SECOND);
    assertThatExceptionOfType(NotSettled.class).isThrownBy(() -> presence.side().requireSettled());

    presence.answered(2, 10 * SECOND, answer(1L, 2L), 11 * SECOND);
    assertThat(presence.side().isSettled()).as("asked before the loss").isFalse();
    presence.answered(2, 11 * SECOND, answer(1L, 2L, 3L), 11 * SECOND);
    assertThat(presence.side().isSettled()).as("still sees who was lost").isFalse();

    presence.answered(2, 11 * SECOND, answer(1L, 2L), 12 * SECOND);
    assertThat(presence.side().isSettled()).isTrue();
    assertThat(presence.side().gainsFrom(12 * SECOND)).isEqualTo(12 * SECOND + Presence.AFTER);
    assertThat(presence.side().has(3)).isFalse();
  }

  @Test
  void knowsWhatItDoesNotKeepToBeKeptNowhereWhileItHasACopyOfEverything() {
    threeMembers();
    assertThat(presence.side().partialSince()).isEmpty();

    presence.see(SELF, members(1, 2), 3, 11 * SECOND);
    presence.answered(2, 11 * SECOND, answer(1L, 2L), 11 * SECOND);
    assertThat(presence.side().partialSince()).as("one was lost").isEmpty();

    presence.see(SELF, members(1), 3, 12 * SECOND);
    assertThat(presence.side().partialSince())
        .as("another one, before everything was backed up again")
        .hasValue(12 * SECOND + Presence.AFTER);
  }

  @Test
  void waitsForThoseWhoBringSomethingFromAnotherCluster() {
    threeMembers();
    presence.see(SELF, members(1, 2, 3, 4), 4, 11 * SECOND);
    assertThatExceptionOfType(NotSettled.class).isThrownBy(() -> presence.side().partialSince());

    var bringing =
        new Answer(
            Set.of(1L, 2L, 3L, 4L),
            Set.of(),
            0,
            true,
            false,
            OptionalLong.empty(),
            false,
            false,
            Set.of());
    presence.answered(4, 11 * SECOND, bringing, 11 * SECOND);
    assertThatExceptionOfType(NotSettled.class).isThrownBy(() -> presence.side().partialSince());
    presence.tick(14 * SECOND);
    assertThat(presence.side().partialSince()).as("it takes too long").hasValue(14 * SECOND);
  }

  @Test
  void hasNothingToFearWhenAllAreHereSinceTheClusterBegan() {
    presence.see(SELF, members(1), 2, SECOND);
    assertThat(presence.side().partialSince()).hasValue(SECOND);

    presence.see(SELF, members(1, 2), 2, 2 * SECOND);
    presence.answered(2, 3 * SECOND, answer(1L, 2L), 3 * SECOND);
    presence.safe(presence.changes(), 3 * SECOND);
    assertThat(presence.side().partialSince()).isEmpty();
  }

  @Test
  void losesNothingWithAMemberThatEndsByItself() {
    threeMembers();
    presence.farewell(3);
    presence.see(SELF, members(1, 2), 3, 11 * SECOND);

    assertThat(presence.side().isSettled()).isTrue();
    assertThat(presence.side().has(3)).isTrue();
    assertThat(presence.asked(2, 11 * SECOND).orElseThrow().gone()).containsExactly(3L);
  }

  @Test
  void isWholeWhenAllAreHereAndHaveToldWhatTheyRemember() {
    threeMembers();
    assertThat(presence.side().isWhole(10 * SECOND)).isFalse();
    assertThat(presence.side().isGathering()).as("it has to tell").isTrue();

    presence.told(presence.toTell(), 10 * SECOND);
    assertThat(presence.side().isWhole(11 * SECOND)).isTrue();
    assertThat(presence.side().isWhole(12 * SECOND)).as("nobody answers").isFalse();

    presence.answered(2, 12 * SECOND, answer(true, 1L, 2L, 3L), 12 * SECOND);
    presence.answered(3, 12 * SECOND, answer(1L, 2L, 3L), 12 * SECOND);
    assertThat(presence.hasTellers()).isTrue();
    assertThat(presence.side().isWhole(12 * SECOND)).as("another one has to tell").isFalse();
    presence.answered(2, 12 * SECOND, answer(1L, 2L, 3L), 12 * SECOND);
    assertThat(presence.side().isWhole(12 * SECOND)).isTrue();
    presence.see(SELF, members(1, 2), 3, 13 * SECOND);
    assertThat(presence.side().isWhole(13 * SECOND)).isFalse();
  }

  @Test
  void knowsWhoHadAllThereWasUntilSomethingMayHaveBeenLost() {
    threeMembers();
    assertThat(presence.side().together()).isZero();
    presence.told(presence.toTell(), 10 * SECOND);
    assertThat(presence.side().together()).isEqualTo(3);
    assertThat(presence.asked(2, 10 * SECOND).orElseThrow().together()).hasSize(3);

    presence.see(SELF, members(1, 2), 3, 11 * SECOND);
    presence.answered(2, 11 * SECOND, answer(1L, 2L), 11 * SECOND);
    assertThat(presence.side().together()).isEqualTo(2);
    assertThat(presence.hasToTell()).isFalse();

    presence.see(SELF, members(1), 3, 12 * SECOND);
    assertThat(presence.side().together()).as("before all was backed up again").isZero();
    assertThat(presence.hasToTell()).isTrue();
  }

  @Test
  void knowsSinceWhenTheirPartsAreUsedHereAlone() {
    threeMembers();
    presence.see(SELF, members(1, 2), 3, 11 * SECOND);
    for (long now = 11 * SECOND; now <= 20 * SECOND; now += SECOND) {
      presence.answered(2, now, answer(1L, 2L), now);
    }

    // 2.2 s after the loss, until when who was lost may have used them.
    assertThat(presence.side().lendersFor(6 * SECOND, 20 * SECOND)).isEqualTo(2);
    assertThat(presence.side().lendersFor(7 * SECOND, 20 * SECOND)).isZero();
  }

  @Test
  void givesTheMajorityWhatCannotBeDivided() {
    assertThat(Side.part(1, 2, 3)).isEqualTo(1);
    assertThat(Side.part(1, 1, 3)).isZero();
    assertThat(Side.part(1, 1, 2)).isZero();
    assertThat(Side.part(100, 2, 3)).isEqualTo(67);
    assertThat(Side.part(100, 1, 3)).isEqualTo(33);
    assertThat(Side.part(Long.MAX_VALUE, 2, 3) + Side.part(Long.MAX_VALUE, 1, 3))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(Side.part(-1, 1, 3)).as("a debt is everyone's").isEqualTo(-1);
  }

  @Test
  void readsWhatItWroteAndNothingElse() {
    var said =
        new Answer(
            Set.of(1L, 2L), Set.of(3L), 4, true, false, OptionalLong.of(5), true, true, Set.of(2L));

    assertThat(Answer.of(said.bytes())).isEqualTo(said);
    byte[] later = said.bytes();
    later[0] = 9;
    assertThatIllegalStateException()
        .isThrownBy(() -> Answer.of(later))
        .withMessage("answers of members are in format 9, this release knows 2");
    assertThatIllegalStateException().isThrownBy(() -> Answer.of(new byte[] {2, 0, 0, 0, 9}));
  }
}
