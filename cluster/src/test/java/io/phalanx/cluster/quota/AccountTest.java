package io.phalanx.cluster.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.quota.Draw.Presence;
import io.phalanx.cluster.quota.Quota.OnSplit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AccountTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final Window HOURLY = new Window.Fixed(Duration.ofHours(1));
  private static final Window SLIDING = new Window.Sliding(Duration.ofHours(1));

  private long numbers;

  private static Account account(long amount, Window window) {
    return new Account(new Quota(amount, window, OnSplit.FAIR_SHARE));
  }

  private Draw draw(String member, long unused, long wanted, long ahead, long time) {
    return draw(member, unused, wanted, ahead, time, new Presence(3, 3));
  }

  private Draw draw(
      String member, long unused, long wanted, long ahead, long time, Presence presence) {
    return new Draw(
        member, "life", ++numbers, unused, wanted, ahead, presence, time, Known.NOTHING);
  }

  private Drawn want(Account account, String member, long wanted, long time) {
    return account.draw(draw(member, 0, wanted, 0, time), time);
  }

  @Test
  void givesTheAmountAndMoreInTheNextWindow() {
    Account account = account(10, HOURLY);

    assertThat(want(account, "a", 7, 5).granted()).isEqualTo(7);
    Drawn last = want(account, "b", 7, HOUR - 1000);
    assertThat(last.granted()).isEqualTo(3);
    assertThat(last.next()).isEqualTo(Duration.ofSeconds(1));
    assertThat(last.usable()).isEqualTo(Duration.ofMillis(999));
    assertThat(want(account, "a", 1, HOUR - 1).granted()).isZero();
    assertThat(want(account, "a", 11, HOUR).granted()).isEqualTo(10);
  }

  @Test
  void takesAWindowsPartsBackOneByOneWhenItSlides() {
    Account account = account(10, SLIDING);
    want(account, "a", 4, 0);
    want(account, "a", 6, HOUR / 2);

    assertThat(want(account, "a", 1, HOUR).granted()).isZero();
    assertThat(want(account, "a", 10, HOUR + HOUR / 60 + 2000).granted()).isEqualTo(4);
    Drawn none = want(account, "a", 10, HOUR + HOUR / 60 + 2000);
    assertThat(none.granted()).isZero();
    assertThat(none.next()).isBetween(Duration.ofMinutes(28), Duration.ofMinutes(30));
  }

  @Test
  void aClockThatGoesBackGivesNothing() {
    Account account = account(10, HOURLY);
    want(account, "a", 10, HOUR);

    assertThat(want(account, "a", 1, HOUR / 2).granted()).isZero();
    assertThat(want(account, "a", 1, HOUR + 1).granted()).isZero();
  }

  @Test
  void aClockThatGoesBackGivesNothingThoughTheAccountWasLostMeanwhile() {
    Account account = account(10, HOURLY);
    want(account, "a", 10, 0);
    Known known = want(account, "a", 1, HOUR).known();
    Account fresh = account(10, HOURLY);

    Drawn drawn =
        fresh.draw(new Draw("a", "next life", 1, 0, 10, 0, new Presence(3, 3), 1, known), 1);

    assertThat(drawn.granted()).isEqualTo(9);
    assertThat(drawn.known().at()).isEqualTo(HOUR);
  }

  @Test
  void aWindowTurnsWhenBothClocksSaySo() {
    Account account = account(10, HOURLY);
    want(account, "a", 10, 0);

    assertThat(account.draw(draw("a", 0, 1, 0, HOUR), HOUR - 1).granted()).isZero();
    assertThat(account.draw(draw("a", 0, 1, 0, HOUR - 1), 9 * HOUR).granted()).isZero();
    assertThat(account.draw(draw("a", 0, 1, 0, HOUR), HOUR).granted()).isEqualTo(1);
  }

  @Test
  void whatComesBackWithinTheWindowIsThereAgainAndElseCountsAsUsed() {
    Account account = account(100, HOURLY);
    assertThat(account.draw(draw("a", 0, 0, 5, 0), 0).held()).isEqualTo(5);
    assertThat(want(account, "b", 0, 0).rest()).isEqualTo(95);

    assertThat(account.draw(draw("a", 3, 0, 0, 10), 10).rest()).isEqualTo(98);
    account.draw(draw("a", 0, 0, 5, 20), 20);
    assertThat(account.draw(draw("a", 5, 0, 0, HOUR), HOUR).rest()).isEqualTo(100);
    assertThat(want(account, "b", 101, HOUR).granted()).isEqualTo(100);
  }

  @Test
  void aDrawThatIsLateOrComesTwiceDoesNothing() {
    Account account = account(10, HOURLY);
    Draw late = draw("a", 0, 2, 0, 0);
    Draw once = draw("a", 0, 3, 0, 0);
    assertThat(account.draw(once, 0).granted()).isEqualTo(3);

    assertThat(account.draw(once, 0).granted()).isZero();
    assertThat(account.draw(late, 0).granted()).isZero();
    assertThat(want(account, "a", 10, 0).granted()).isEqualTo(7);
  }

  @Test
  void membersHaveATwentiethInAdvanceTogether() {
    Account account = account(100, HOURLY);

    assertThat(account.draw(draw("a", 0, 0, 50, 0), 0).held()).isEqualTo(5);
    assertThat(account.draw(draw("b", 0, 0, 50, 0), 0).held()).isZero();
    assertThat(account.draw(draw("b", 0, 0, 50, 3000), 3000).held()).isEqualTo(5);
  }

  @Test
  void anAccountThatWasLostComesBackWithWhatMembersKnow() {
    Account account = account(10, HOURLY);
    want(account, "a", 3, 0);
    Known known = want(account, "b", 4, 0).known();
    Account fresh = account(10, HOURLY);

    Drawn drawn =
        fresh.draw(new Draw("b", "next life", 1, 0, 10, 0, new Presence(3, 3), 1, known), 1);

    assertThat(drawn.granted()).isEqualTo(3);
  }

  @Test
  void aSideHasItsPartOfWhatWasLeftAndBothCountAfterwards() {
    Account ours = account(100, HOURLY);
    want(ours, "a", 10, 0);
    Account theirs = AccountFormat.account(AccountFormat.bytes(ours));
    var two = new Presence(2, 3);
    var one = new Presence(1, 3);

    assertThat(ours.draw(draw("a", 0, 40, 0, 1, two), 1).granted()).isEqualTo(40);
    assertThat(ours.draw(draw("b", 0, 40, 0, 2, two), 2).granted()).isEqualTo(20);
    assertThat(theirs.draw(draw("c", 0, 40, 0, 3, one), 3).granted()).isEqualTo(30);
    assertThat(theirs.draw(draw("c", 0, 1, 0, 4, one), 4).granted()).isZero();
    ours = AccountFormat.account(AccountFormat.bytes(ours));
    ours.merge(theirs);
    assertThat(want(ours, "a", 1, 5).granted()).isZero();
    assertThat(want(ours, "a", 101, HOUR).granted()).isEqualTo(100);
  }

  @Test
  void whatComesBackToAnAccountThatGaveTooMuchIsNotThereAgain() {
    Account ours = new Account(new Quota(100, HOURLY, OnSplit.WHOLE));
    Account theirs = new Account(new Quota(100, HOURLY, OnSplit.WHOLE));
    ours.draw(draw("a", 0, 95, 5, 0), 0);
    want(theirs, "b", 5, 0);
    ours.merge(theirs);

    assertThat(ours.draw(draw("a", 1, 10, 0, 1), 1).granted()).isZero();
  }

  @Test
  void whatComesBackDuringASplitIsDividedAsWhatWasThere() {
    Account account = account(100, HOURLY);
    want(account, "b", 91, 0);
    assertThat(account.draw(draw("a", 0, 0, 9, 0), 0).held()).isEqualTo(2);
    want(account, "b", 7, 0);
    var one = new Presence(1, 2);
    assertThat(account.draw(draw("b", 0, 1, 0, 1, one), 1).granted()).isZero();

    assertThat(account.draw(draw("a", 2, 9, 0, 2, one), 2).granted()).isEqualTo(1);
  }

  @Test
  void aSideOfASlidingWindowHasItsPartOfWhatComesBack() {
    Account account = account(90, SLIDING);
    want(account, "a", 90, 0);
    var one = new Presence(1, 3);

    assertThat(account.draw(draw("a", 0, 90, 0, HOUR / 2, one), HOUR / 2).granted()).isZero();
    long after = HOUR + HOUR / 30;
    assertThat(account.draw(draw("a", 0, 90, 0, after, one), after).granted()).isEqualTo(30);
    assertThat(account.draw(draw("a", 0, 90, 0, after, one), after).granted()).isZero();
  }

  @Test
  void refusesAFormatThatItDoesNotKnow() {
    byte[] bytes = AccountFormat.bytes(account(10, HOURLY));
    bytes[0] = 9;

    assertThatThrownBy(() -> AccountFormat.account(bytes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("quotas are in format 9, this release knows 2");
    assertThatThrownBy(() -> AccountFormat.account(new byte[] {2, 0}))
        .hasMessageContaining("cannot be read");
  }
}
