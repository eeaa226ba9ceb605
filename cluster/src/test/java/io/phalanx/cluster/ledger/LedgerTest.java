package io.phalanx.cluster.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.cluster.revision.Revisions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final KnownMember ONE = new KnownMember("1", "one");
  private static final KnownMember TWO = new KnownMember("2", "two");
  private static final KnownMember THREE = new KnownMember("3", "three");

  private static RevisionEntry revision(long number) {
    return new RevisionEntry(number, "author", Instant.EPOCH, "0".repeat(64));
  }

  @Test
  void remembersTheLastFiftyRevisions() {
    Ledger ledger = Ledger.founded("fleet", ONE);
    for (int number = 1; number <= 60; number++) {
      ledger = ledger.with(revision(number));
    }
    assertThat(ledger.history()).hasSize(Revisions.MAX_HISTORY);
    assertThat(ledger.entry(10)).isEmpty();
    assertThat(ledger.entry(11)).isPresent();
    assertThat(ledger.number()).isEqualTo(60);
  }

  @Test
  void leavesNoGapBetweenRevisions() {
    Ledger ledger = Ledger.founded("fleet", ONE).with(revision(1));

    assertThatThrownBy(() -> ledger.with(revision(3))).hasMessage("revision 3 does not follow 1");
  }

  @Test
  void majoritiesOfBothItsOwnMembersAndThoseBeforeDecide() {
    Ledger ledger = Ledger.founded("fleet", ONE).with(TWO).with(THREE);

    assertThat(ledger.isMajority(Set.of("2", "3"))).isTrue();
    assertThat(ledger.isQuorum(Set.of("2", "3"))).as("one of the two before").isFalse();
    assertThat(ledger.isQuorum(Set.of("1", "2"))).isTrue();
    assertThat(ledger.isMajority(Set.of("1"))).isFalse();
  }

  @Test
  void aMemberThatLostItsDiskTakesThePlaceOfItsFormerSelf() {
    Ledger ledger = Ledger.founded("fleet", ONE).with(TWO).with(new KnownMember("4", "two"));

    assertThat(ledger.members()).containsExactly(ONE, new KnownMember("4", "two"));
  }

  @Test
  void admitsNobodyUnderAnOlderEpoch() {
    Ledger ledger = Ledger.founded("fleet", ONE).with(revision(1)).under("provider/file", 4);

    assertThat(ledger.admits("provider/file", 3)).isFalse();
    assertThat(ledger.admits("provider/file", 4)).isTrue();
    assertThat(ledger.admits("provider/consul", 1)).isTrue();
    assertThat(ledger.under("provider/file", 2).admits("provider/file", 3)).isFalse();
  }

  @Test
  void aMemberOfAnotherFleetAcceptsNothing() {
    Acceptor acceptor = Acceptor.founding("fleet", ONE);
    var foreign = new Vote(new Ballot(9, "2"), Ledger.founded("other", TWO).with(revision(1)));

    assertThat(acceptor.answer(new Request.Accept(foreign)).reply())
        .isInstanceOf(Reply.Refused.class);
    assertThat(acceptor.answer(new Request.Learn(foreign)).then()).isEqualTo(acceptor);
  }

  @Test
  void nothingTakesThePlaceOfWhatWasAgreedOn() {
    Vote founded = Acceptor.founding("fleet", ONE).chosen().orElseThrow();
    Ledger second = founded.ledger().with(revision(1));
    var acceptor =
        new Acceptor(
            new Ballot(2, "1"),
            Optional.empty(),
            Optional.of(new Vote(new Ballot(2, "1"), second)));
    Ledger rival = founded.ledger().with(TWO);

    assertThat(acceptor.answer(new Request.Accept(new Vote(new Ballot(9, "2"), rival))).reply())
        .isInstanceOf(Reply.Refused.class);
    assertThat(acceptor.answer(new Request.Accept(new Vote(new Ballot(9, "2"), second))).reply())
        .isInstanceOf(Reply.Accepted.class);
  }

  @Test
  void aHashIsNothingElse() {
    assertThatThrownBy(() -> new RevisionEntry(1, "author", Instant.EPOCH, "../../etc/passwd"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
