package io.phalanx.cluster.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.breaker.Message.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long TERM = Breaker.PROBE_TERM.toNanos();
  private static final Tally BROKEN = new Tally(30, 20, true);

  private Breaker breaker = new Breaker("keeper", -SECOND);
  private long now = -SECOND;

  private static Tally fine(long requests) {
    return new Tally(requests, 0, false);
  }

  private Reply tell(String member, Message message) {
    return tell(member, breaker.standing(), message);
  }

  private Reply tell(String member, Standing known, Message message) {
    Motion motion =
        BreakerFormat.motion(BreakerFormat.bytes(new Motion(member, known, SECOND, message)));
    Reply reply = breaker.tell(motion, "keeper", now);
    breaker = BreakerFormat.breaker(BreakerFormat.bytes(breaker));
    assertThat(BreakerFormat.reply(BreakerFormat.bytes(reply))).isEqualTo(reply);
    return reply;
  }

  private State state() {
    return breaker.standing().state();
  }

  private long round() {
    return breaker.standing().round();
  }

  private void open() {
    tell("a", new Message.Report(BROKEN, 1));
    assertThat(state()).isEqualTo(State.OPEN);
  }

  private void recover() {
    open();
    now += SECOND;
    tell("a", new Message.Recover());
    assertThat(state()).isEqualTo(State.RECOVERING);
  }

  private boolean probes(String member, long number) {
    return tell(member, new Message.Probe(number, SECOND, 3)).granted();
  }

  @Test
  void aMemberWithoutOthersIsItsOwnQuorum() {
    open();
    assertThat(round()).isZero();
  }

  @Test
  void opensWhenMembersWithMostOfTheRequestsSaySo() {
    tell("a", new Message.Report(BROKEN, 3));
    assertThat(state()).isEqualTo(State.CLOSED);
    tell("b", new Message.Vote(round(), fine(29)));
    assertThat(state()).isEqualTo(State.CLOSED);
    tell("c", new Message.Vote(round(), Tally.NOTHING));
    assertThat(state()).isEqualTo(State.OPEN);
  }

  @Test
  void staysClosedWhenTheyDoNot() {
    tell("a", new Message.Report(BROKEN, 2));
    long asked = breaker.standing().version();
    tell("b", new Message.Vote(round(), fine(30)));
    assertThat(state()).isEqualTo(State.CLOSED);
    assertThat(round()).isZero();
    assertThat(breaker.standing().version()).isGreaterThan(asked);
  }

  @Test
  void asksAllAnewForEachReport() {
    tell("a", new Message.Report(BROKEN, 2));
    long first = round();
    tell("b", new Message.Vote(first, fine(30)));
    tell("b", new Message.Report(BROKEN, 2));
    assertThat(round()).isGreaterThan(first);
    tell("a", new Message.Vote(first, fine(30)));
    assertThat(state()).isEqualTo(State.CLOSED);
    tell("a", new Message.Vote(round(), BROKEN));
    assertThat(state()).isEqualTo(State.OPEN);
  }

  @Test
  void whoReportedKeepsToIt() {
    tell("a", new Message.Report(BROKEN, 3));
    tell("b", new Message.Report(BROKEN, 3));
    tell("b", new Message.Vote(round(), fine(1000)));
    tell("c", new Message.Vote(round(), fine(50)));
    assertThat(state()).isEqualTo(State.OPEN);
  }

  @Test
  void doesNotWaitForAMemberThatIsFrozen() {
    tell("a", new Message.Report(BROKEN, 3));
    tell("b", new Message.Vote(round(), fine(10)));
    tell("a", new Message.Decide(round()));
    assertThat(state()).isEqualTo(State.OPEN);
  }

  @Test
  void decidesWithoutMostMembersOnlyAfterAWhile() {
    tell("a", new Message.Report(BROKEN, 3));
    tell("a", new Message.Decide(round()));
    assertThat(state()).isEqualTo(State.CLOSED);
    now += SECOND / 2 + 1;
    tell("a", new Message.Decide(round()));
    assertThat(state()).isEqualTo(State.OPEN);
  }

  @Test
  void beginsToRecoverOnceHoweverManySaySo() {
    open();
    Standing open = breaker.standing();
    now += SECOND;
    tell("a", open, new Message.Recover());
    now += SECOND;
    tell("b", open, new Message.Recover());
    assertThat(breaker.standing().age()).isEqualTo(SECOND);
    tell("a", new Message.Report(BROKEN, 1));
    tell("b", open, new Message.Recover());
    assertThat(state()).isEqualTo(State.OPEN);
  }

  @Test
  void letsOneProbeAtATime() {
    recover();
    assertThat(probes("a", 1)).isTrue();
    assertThat(probes("b", 1)).isFalse();
    assertThat(probes("a", 2)).isFalse();
    tell("a", new Message.Probed(1, Outcome.UNKNOWN));
    assertThat(probes("b", 2)).isTrue();
    tell("a", new Message.Probed(1, Outcome.WELL));
    assertThat(probes("a", 3)).isFalse();
  }

  @Test
  void givesTheProbeOfADeadMemberToAnotherAfterItsTerm() {
    recover();
    probes("a", 1);
    now += TERM / 2;
    probes("a", 1);
    now += TERM - 1;
    assertThat(probes("b", 1)).isFalse();
    now++;
    assertThat(probes("b", 2)).isTrue();
    tell("a", new Message.Probed(1, Outcome.FAILED));
    assertThat(state()).isEqualTo(State.RECOVERING);
  }

  @Test
  void aProbeThatWentWellLetsAllGoOn() {
    recover();
    probes("a", 1);
    tell("a", new Message.Probed(1, Outcome.WELL));
    assertThat(breaker.standing().well()).isTrue();
    assertThat(probes("b", 1)).as("there is nothing to probe").isFalse();
    tell("b", new Message.Close());
    assertThat(state()).isEqualTo(State.CLOSED);
  }

  @Test
  void aProbeThatFailedOpensItForAllAndItsMemberStandsBackThen() {
    recover();
    probes("a", 1);
    tell("a", new Message.Probed(1, Outcome.FAILED));
    assertThat(state()).isEqualTo(State.OPEN);
    tell("a", new Message.Recover());
    assertThat(probes("a", 2)).isFalse();
    assertThat(probes("b", 1)).isTrue();
    tell("b", new Message.Probed(1, Outcome.UNKNOWN));
    now += SECOND;
    assertThat(probes("a", 3)).isTrue();
  }

  @Test
  void aProbeOfAnEarlierRecoveryDecidesNothingButKeepsOthersBack() {
    recover();
    probes("a", 1);
    tell("b", new Message.Report(BROKEN, 1));
    now += SECOND;
    tell("b", new Message.Recover());
    assertThat(probes("b", 1)).isFalse();
    tell("a", new Message.Probed(1, Outcome.WELL));
    assertThat(breaker.standing().well()).isFalse();
    assertThat(probes("b", 2)).isTrue();
  }

  @Test
  void aLostWordOfRecoveryComesWithTheProbe() {
    open();
    Standing known = new Standing(breaker.standing().version(), State.RECOVERING, 0, false, 0);
    assertThat(tell("a", known, new Message.Probe(1, SECOND, 3)).granted()).isTrue();
  }

  @Test
  void whereNothingIsKeptAnyMoreItStandsAsWhoComesKnowsIt() {
    recover();
    now += SECOND;
    Standing known = breaker.standing();
    breaker = new Breaker("other", 77);
    Reply reply = breaker.tell(new Motion("b", known, 1, new Message.Look()), "other", 77);
    assertThat(reply.standing()).isEqualTo(known);
  }

  @Test
  void goesOnWithAnotherKeeperAsIfNoTimeHadPassed() {
    recover();
    probes("a", 1);
    long far = 1000 * SECOND;
    Motion wish = new Motion("b", breaker.standing(), 1, new Message.Probe(1, SECOND, 3));
    assertThat(breaker.tell(wish, "other", far).granted()).isFalse();
    assertThat(breaker.standing().age()).isZero();
    assertThat(breaker.tell(wish, "other", far + TERM).granted()).isTrue();
  }

  @Test
  void isKeptForAsLongAsItIsNotClosed() {
    assertThat(breaker.untilForgotten()).isZero();
    open();
    assertThat(breaker.untilForgotten()).isEqualTo(SECOND);
  }

  @Test
  void anUnknownFormatIsNamed() {
    byte[] bytes = BreakerFormat.bytes(breaker);
    bytes[0] = 9;
    assertThatThrownBy(() -> BreakerFormat.breaker(bytes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format 9");
  }
}
