package io.phalanx.cluster.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.revision.RevisionEntry;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class LedgerFormatTest {
  private static final KnownMember ONE = new KnownMember("1", "10.0.0.1:5701");
  private static final KnownMember TWO = new KnownMember("2", "10.0.0.2:5701");
  private static final Vote VOTE =
      new Vote(
          new Ballot(7, "1"),
          Ledger.founded("fleet", ONE)
              .with(TWO)
              .with(new RevisionEntry(1, "file on 10.0.0.1:5701", Instant.EPOCH, "ab".repeat(32)))
              .under("provider/file", 3));
  private static final Vote WITH_DOCUMENTS =
      new Vote(
          new Ballot(8, "1"),
          VOTE.ledger()
              .withDocument("certificate/a", Optional.of("cd".repeat(32)))
              .withDocument("certificate/b", Optional.of("ef".repeat(32))));
  private static final Optional<Vote> SOME = Optional.of(VOTE);
  private static final Optional<Vote> NONE = Optional.empty();

  static final List<Request> REQUESTS =
      List.of(
          new Request.Promise(new Ballot(9, "2")),
          new Request.Accept(VOTE),
          new Request.Learn(VOTE),
          new Request.Accept(WITH_DOCUMENTS),
          new Request.Look());

  static final List<Reply> REPLIES =
      List.of(
          new Reply.Promised(SOME, NONE),
          new Reply.Accepted(SOME),
          new Reply.Refused(new Ballot(10, "3"), NONE),
          new Reply.ContentMissing(SOME),
          new Reply.Promised(Optional.of(WITH_DOCUMENTS), SOME),
          new Reply.Known(NONE, SOME));

  @ParameterizedTest(name = "{0}")
  @FieldSource("REQUESTS")
  void aRequestIsReadAsItWasWritten(Request request) {
    assertThat(LedgerFormat.request(LedgerFormat.bytes(request))).isEqualTo(request);
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("REPLIES")
  void aReplyIsReadAsItWasWritten(Reply reply) {
    assertThat(LedgerFormat.reply(LedgerFormat.bytes(reply))).isEqualTo(reply);
  }

  @Test
  void whatAMemberKeepsIsReadAsItWasWritten() {
    var acceptor = new Acceptor(new Ballot(9, "2"), SOME, NONE);

    assertThat(LedgerFormat.acceptor(LedgerFormat.bytes(acceptor))).isEqualTo(acceptor);
  }

  @Test
  void isOfTheFirstFormatUntilThereAreDocuments() {
    assertThat(LedgerFormat.bytes(new Request.Accept(VOTE))[0]).isEqualTo((byte) 1);
    assertThat(LedgerFormat.bytes(new Request.Accept(WITH_DOCUMENTS))[0]).isEqualTo((byte) 2);
  }

  @Test
  void namesAFormatThatItDoesNotKnow() {
    byte[] bytes = LedgerFormat.bytes(Acceptor.NEW);
    bytes[0] = 3;

    assertThatThrownBy(() -> LedgerFormat.acceptor(bytes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("what members say of the ledger are in format 3, this release knows 2");
  }

  @Test
  void whateverElseItIsGivenIsAnErrorWithAName() {
    byte[] good = LedgerFormat.bytes(new Request.Accept(WITH_DOCUMENTS));
    var random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = Arrays.copyOf(good, i % 2 == 0 ? good.length : random.nextInt(good.length));
      for (int change = 0; change < 3 && bad.length > 1; change++) {
        bad[1 + random.nextInt(bad.length - 1)] = (byte) random.nextInt();
      }
      try {
        LedgerFormat.request(bad);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageStartingWith("what members say of the ledger");
      }
    }
  }

  @Test
  void aCallOfALaterReleaseIsNamed() {
    assertThat(CallFormat.call(CallFormat.bytes(new Call.Tell()))).isEqualTo(new Call.Tell());
    assertThat(CallFormat.call(CallFormat.bytes(new Call.Shown(7)))).isEqualTo(new Call.Shown(7));
    assertThatThrownBy(() -> CallFormat.call(new byte[] {1, 99}))
        .hasMessage("calls between members cannot be read")
        .hasRootCauseMessage("this release does not know call 99");
  }
}
