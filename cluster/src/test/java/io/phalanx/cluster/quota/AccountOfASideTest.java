package io.phalanx.cluster.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.side.Answer;
import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.side.NotSettled;
import io.phalanx.cluster.side.Presence;
import io.phalanx.cluster.side.Side;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a side of a fleet of three has of an account. Members are numbers, times milliseconds. */
final class AccountOfASideTest {
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final Window HOURLY = new Window.Fixed(Duration.ofHours(1));
  private static final Window SLIDING = new Window.Sliding(Duration.ofHours(1));

  private final Presence presence = new Presence();
  private long numbers;
  private long self = 1;

  {
    presence.neverBefore();
  }

  private static Account account(long amount, Window window) {
    return new Account(new Quota(amount, window, Counted.BY_SHARES));
  }

  private static Account copy(Account account) {
    return AccountFormat.account(AccountFormat.bytes(account));
  }

  private static Map<Long, Boolean> members(long... members) {
    return LongStream.of(members).boxed().collect(Collectors.toMap(one -> one, _ -> true));
  }

  private static Answer says(boolean telling, long... view) {
    return new Answer(
        members(view).keySet(),
        Set.of(),
        Duration.ofHours(9).toNanos(),
        false,
        true,
        OptionalLong.empty(),
        false,
        telling,
        Set.of());
  }

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  /** Sees these, who all answer. */
  private void see(long at, long... view) {
    presence.see(self, members(view), 3, nanos(at));
    hear(at, view);
  }

  private void hear(long at, long... view) {
    for (long other : view) {
      if (other != self) {
        presence.answered(other, nanos(at), says(false, view), nanos(at));
      }
    }
  }

  /** All three, each of whom has told what it knows. */
  private void seeAll(long at) {
    see(at, 1, 2, 3);
    presence.told(presence.toTell(), nanos(at));
    presence.safe(presence.changes(), nanos(at));
  }

  private Drawn want(Account account, long wanted, long at) {
    return want(account, presence.side(), wanted, at);
  }

  private Drawn want(Account account, Side side, long wanted, long at) {
    long answered = numbers++;
    var need = new Need(numbers, answered, 0, 0, 0, wanted, 0);
    return account.draw(
        new Draw("member " + self, "life", need, at, Known.NOTHING), side, nanos(at), at);
  }

  @Test
  void eachSideHasItsPartOfWhatWasLeftAndAfterwardsBothCount() {
    Account ours = account(100, HOURLY);
    seeAll(0);
    want(ours, 10, 1);
    Account theirs = copy(ours);

    see(2, 1, 2);
    assertThat(want(ours, 40, 3).granted()).isEqualTo(40);
    assertThat(want(ours, 41, 4).granted()).isEqualTo(20);
    var alone = new AccountOfASideTest();
    alone.self = 3;
    alone.numbers = numbers;
    alone.seeAll(0);
    alone.see(2, 3);
    assertThat(alone.want(theirs, 41, 5).granted()).isEqualTo(30);
    assertThat(alone.want(theirs, 1, 6).granted()).isZero();

    Account both = copy(Account.merged(ours, theirs));
    assertThat(want(both, 1, 7).granted()).isZero();
    seeAll(10);
    assertThat(both.used()).isEqualTo(100);
    assertThat(want(both, 1, 11).granted()).isZero();
    assertThat(want(both, 101, HOUR).granted()).as("nobody has answered lately").isEqualTo(33);
    hear(HOUR, 1, 2, 3);
    assertThat(want(both, 101, HOUR).granted()).isEqualTo(67);
  }

  @Test
  void nothingIsDecidedUntilItIsKnownWhoIsLeft() {
    Account account = account(100, HOURLY);
    seeAll(0);
    want(account, 10, 1);
    presence.see(1, members(1, 2), 3, nanos(2));

    assertThatThrownBy(() -> want(copy(account), 1, 3)).isInstanceOf(NotSettled.class);
  }

  /** Another side may have noticed already. */
  @Test
  void whoDoesNotAnswerHasNoPartHere() {
    Account account = account(90, HOURLY);
    seeAll(0);
    want(account, 20, 1);
    hear(2 * SECOND, 1, 2);

    long later = 3 * SECOND;
    assertThat(want(account, 90, later).granted()).as("of 60, of which 20 were used").isEqualTo(40);
    assertThat(want(account, 1, later).granted()).isZero();
    hear(later, 1, 2, 3);
    assertThat(want(account, 90, later).granted()).as("it was only slow").isEqualTo(30);
  }

  @Test
  void whoHasYetToTellWhatItKnowsIsWaitedFor() {
    Account account = account(90, HOURLY);
    presence.see(1, members(1, 2, 3), 3, 0);
    presence.told(presence.toTell(), 0);
    presence.answered(2, 0, says(false, 1, 2, 3), 0);
    presence.answered(3, 0, says(true, 1, 2, 3), 0);
    assertThatThrownBy(() -> want(copy(account), 1, 1)).isInstanceOf(NotSettled.class);

    presence.answered(3, 0, says(false, 1, 2, 3), 1);
    assertThat(want(account, 91, 2).granted()).isEqualTo(90);
  }

  @Test
  void anAccountThatIsNewOnASideThatLostOneMemberHasThePartsOfTheOthers() {
    seeAll(0);
    see(MINUTE, 1, 2);

    assertThat(want(account(90, HOURLY), 91, MINUTE).granted()).isEqualTo(60);
  }

  /** It may be kept on the other side. */
  @Test
  void anAccountThatIsNewOnASideThatLostSeveralHasNothingBeforeTheWindowTurns() {
    Account account = account(90, HOURLY);
    seeAll(0);
    see(MINUTE, 1);

    assertThat(want(copy(account), 1, 2 * MINUTE).granted()).isZero();
    assertThat(want(account, 91, HOUR).granted()).isEqualTo(30);
  }

  /** Whoever keeps it elsewhere may have been in contact with this member still. */
  @Test
  void aWindowThatBeganAsTheFleetWasSplitIsNobodysWhoHasNoCopy() {
    Account account = account(90, HOURLY);
    seeAll(0);
    see(HOUR - 3 * SECOND, 1);

    assertThat(want(account, 1, HOUR + MINUTE).granted()).isZero();
    assertThat(want(account, 91, 2 * HOUR).granted()).isEqualTo(30);
  }

  @Test
  void aSideOfASlidingWindowHasItsPartOfWhatLeavesIt() {
    Account account = account(90, SLIDING);
    seeAll(0);
    want(account, 90, 1);
    see(MINUTE, 1);

    assertThat(want(account, 90, HOUR / 2).granted()).isZero();
    long after = HOUR + HOUR / 30;
    assertThat(want(account, 90, after).granted()).isEqualTo(30);
    assertThat(want(account, 90, after).granted()).isZero();
  }

  @Test
  void isTheSameWhenItIsWrittenAndReadAgain() {
    Account account = account(90, SLIDING);
    seeAll(0);
    want(account, 20, 1);
    see(MINUTE, 1, 2);
    want(account, 20, MINUTE);

    assertThat(AccountFormat.bytes(copy(account))).isEqualTo(AccountFormat.bytes(account));
    assertThat(want(copy(account), 90, MINUTE)).isEqualTo(want(account, 90, MINUTE));
  }
}
