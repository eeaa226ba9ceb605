package io.phalanx.cluster.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.side.Side;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AccountTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final Window HOURLY = new Window.Fixed(Duration.ofHours(1));
  private static final Window SLIDING = new Window.Sliding(Duration.ofHours(1));

  private long numbers;

  private static Account account(long amount, Window window) {
    return new Account(new Quota(amount, window, Counted.BY_SHARES));
  }

  /** What a member asks that had the answers to all before. */
  private Draw draw(String member, long unused, long wanted, long ahead, long time) {
    return draw(member, 0, unused, wanted, ahead, time);
  }

  /**
   * @param part that the unused ones count in
   */
  private Draw draw(String member, long part, long unused, long wanted, long ahead, long time) {
    long answered = numbers++;
    long kept = Math.min(unused, ahead);
    var need = new Need(numbers, answered, part, unused, kept, wanted, ahead);
    return new Draw(member, "life", need, time, Known.NOTHING);
  }

  private static Drawn at(Account account, Draw draw, long time) {
    return account.draw(draw, Side.ALONE, time, time);
  }

  private Drawn want(Account account, String member, long wanted, long time) {
    return at(account, draw(member, 0, wanted, 0, time), time);
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
        at(fresh, new Draw("a", "next life", new Need(1, 0, 0, 0, 0, 10, 0), 1, known), 1);

    assertThat(drawn.granted()).isEqualTo(9);
    assertThat(drawn.known().at()).isEqualTo(HOUR);
  }

  @Test
  void aWindowTurnsWhenBothClocksSaySo() {
    Account account = account(10, HOURLY);
    want(account, "a", 10, 0);

    assertThat(at(account, draw("a", 0, 1, 0, HOUR), HOUR - 1).granted()).isZero();
    assertThat(at(account, draw("a", 0, 1, 0, HOUR - 1), 9 * HOUR).granted()).isZero();
    assertThat(at(account, draw("a", 0, 1, 0, HOUR), HOUR).granted()).isEqualTo(1);
  }

  @Test
  void whatComesBackWithinTheWindowIsThereAgainAndElseCountsAsUsed() {
    Account account = account(100, HOURLY);
    assertThat(at(account, draw("a", 0, 0, 5, 0), 0).held()).isEqualTo(5);
    assertThat(want(account, "b", 0, 0).rest()).isEqualTo(95);

    assertThat(at(account, draw("a", 3, 0, 0, 10), 10).rest()).isEqualTo(98);
    at(account, draw("a", 0, 0, 5, 20), 20);
    assertThat(at(account, draw("a", 5, 0, 0, HOUR), HOUR).rest()).isEqualTo(100);
    assertThat(want(account, "b", 101, HOUR).granted()).isEqualTo(100);
  }

  @Test
  void aDrawThatIsLateOrComesTwiceDoesNothing() {
    Account account = account(10, HOURLY);
    Draw late = draw("a", 0, 2, 0, 0);
    Draw once = draw("a", 0, 3, 0, 0);
    assertThat(at(account, once, 0).granted()).isEqualTo(3);

    assertThat(at(account, once, 0).granted()).isZero();
    assertThat(at(account, late, 0).granted()).isZero();
    assertThat(want(account, "a", 10, 0).granted()).isEqualTo(7);
  }

  @Test
  void membersHaveATwentiethInAdvanceTogether() {
    Account account = account(100, HOURLY);

    assertThat(at(account, draw("a", 0, 0, 50, 0), 0).held()).isEqualTo(5);
    assertThat(at(account, draw("b", 0, 0, 50, 0), 0).held()).isZero();
    assertThat(at(account, draw("b", 0, 0, 50, 3000), 3000).held()).isEqualTo(5);
  }

  @Test
  void anAccountThatWasLostComesBackWithWhatMembersKnow() {
    Account account = account(10, HOURLY);
    want(account, "a", 3, 0);
    Known known = want(account, "b", 4, 0).known();
    Account fresh = account(10, HOURLY);

    Drawn drawn =
        at(fresh, new Draw("b", "next life", new Need(1, 0, 0, 0, 0, 10, 0), 1, known), 1);

    assertThat(drawn.granted()).isEqualTo(3);
  }

  @Test
  void whatComesBackToAnAccountThatGaveTooMuchIsNotThereAgain() {
    Account ours = new Account(new Quota(100, HOURLY, Counted.BY_EACH_SIDE));
    Account theirs = new Account(new Quota(100, HOURLY, Counted.BY_EACH_SIDE));
    at(ours, draw("a", 0, 95, 5, 0), 0);
    want(theirs, "b", 5, 0);
    Account both = Account.merged(ours, theirs);

    assertThat(at(both, draw("a", 1, 10, 0, 1), 1).granted()).isZero();
  }

  @Test
  void whatNeverArrivedIsThereAgain() {
    Account account = account(100, HOURLY);
    assertThat(at(account, draw("a", 0, 10, 5, 0), 0).held()).isEqualTo(5);
    long arrived = numbers;
    at(account, draw("a", 5, 20, 5, 1), 1);
    var again = new Need(++numbers, arrived, 0, 2, 0, 20, 0);

    Drawn drawn = at(account, new Draw("a", "life", again, 2, Known.NOTHING), 2);

    assertThat(drawn.granted()).isEqualTo(20);
    assertThat(account.used()).isEqualTo(10 + 3 + 20);
  }

  /** Each keeper's copy has seen another one of the draws whose answers were lost. */
  @Test
  void copiesThatSawDifferentDrawsCountNoLessThanWasUsedTogether() {
    Account one = account(100, HOURLY);
    at(one, draw("a", 0, 0, 5, 0), 0);
    long arrived = numbers;
    Account other = AccountFormat.account(AccountFormat.bytes(one));
    for (int i = 0; i < 3; i++) {
      var lost = new Need(++numbers, arrived, 0, 5, 5, 4, 5);
      at(one, new Draw("a", "life", lost, 1, Known.NOTHING), 1);
    }
    var used = new Need(++numbers, arrived, 0, 5, 0, 8, 0);
    assertThat(at(other, new Draw("a", "life", used, 2, Known.NOTHING), 2).granted()).isEqualTo(8);

    assertThat(Account.merged(one, other).used()).isGreaterThanOrEqualTo(8);
    assertThat(Account.merged(other, one).used()).isGreaterThanOrEqualTo(8);
  }

  @Test
  void whatIsKeptDoesNotCountInAnotherPart() {
    Account account = account(100, SLIDING);
    at(account, draw("a", 0, 0, 5, 0), 0);
    long later = HOUR / 60;
    long part = SLIDING.part(0);

    assertThat(at(account, draw("a", part, 5, 0, 5, later), later).held()).isEqualTo(5);
    assertThat(account.used()).as("those count as used that it may still use").isEqualTo(10);
    assertThat(at(account, draw("a", part + 1, 5, 0, 0, later), later).rest()).isEqualTo(95);
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
