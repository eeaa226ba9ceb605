package io.phalanx.cluster.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Sealing;
import io.phalanx.cluster.ledger.Agreement.Result;
import io.phalanx.cluster.ledger.Call.Sealed;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.secrets.OffHeap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a member does with a disk on which something is damaged. */
class LedgerKeeperTest {
  private static final String CONTENT = "what the fleet serves";
  private static final RevisionEntry ENTRY =
      new RevisionEntry(1, "author", Instant.EPOCH, RevisionEntry.hash(CONTENT));

  @TempDir private Path disk;

  private final Sealing sealing = Sealing.of(List.of(FleetKey.generate()), "revision");

  private Path content() {
    return disk.resolve("revisions").resolve(ENTRY.hash());
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void whatCannotBeReadIsMissingUntilItIsGivenAnew() throws Exception {
    try (LedgerStore store = LedgerStore.open(disk)) {
      var keeper = new LedgerKeeper(store, sealing);
      keeper.found("fleet", "one");
      Sealed sealed = keeper.seal(ENTRY, OffHeap.taken(CONTENT.getBytes(UTF_8)));
      String kept = keeper.keep(ENTRY.hash(), sealed).lend(clear -> new String(clear, UTF_8));
      assertThat(kept).isEqualTo(CONTENT);
      var vote =
          new Vote(keeper.begin(Ballot.NONE), keeper.chosen().orElseThrow().ledger().with(ENTRY));
      // Not of a format that this release knows, as a later one or a broken disk may leave it.
      Files.write(content(), new byte[100]);

      keeper.sealAnew();
      assertThat(keeper.sealed(ENTRY.hash())).isEmpty();
      assertThat(keeper.answer(new Request.Accept(vote))).isInstanceOf(Reply.ContentMissing.class);

      keeper.keep(ENTRY.hash(), sealed);
      assertThat(keeper.sealed(ENTRY.hash())).isPresent();
      assertThat(keeper.answer(new Request.Accept(vote))).isInstanceOf(Reply.Accepted.class);
      Path aside = Path.of(content() + ".damaged");
      assertThat(aside).hasBinaryContent(new byte[100]);
      keeper.sealAnew();
      keeper.tidy();
      assertThat(aside).as("while the revision is remembered").exists();
      store.retainContents(Set.of());
      assertThat(aside).doesNotExist();
    }
  }

  @Test
  void whatNobodyHasIsToldWithItsFile() throws Exception {
    try (LedgerStore store = LedgerStore.open(disk);
        LedgerMember member = member(store)) {
      var _ = member.revisions().publish(Optional.empty(), "author", CONTENT);
    }
    damage(content());
    Logger logger = (Logger) LoggerFactory.getLogger(AgreedRevisions.class);
    var log = new ListAppender<ILoggingEvent>();
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    logger.addAppender(log);
    try (LedgerStore store = LedgerStore.open(disk);
        LedgerMember member = member(store)) {
      assertThat(member.revisions().active()).isEmpty();
      assertThat(log.list)
          .first()
          .asString()
          .contains(
              "no member that is here has the content of revision 1, and "
                  + content()
                  + " is damaged");
      assertThat(content()).exists();
    } finally {
      logger.detachAppender(log);
    }
  }

  private LedgerMember member(LedgerStore store) throws IOException, InterruptedException {
    return LedgerMember.start(
        new LedgerKeeper(store, sealing), Peers.NONE, "one", true, InstantSource.system());
  }

  @Test
  void aDamagedFileIsNamedBeforeAnybodyIsAsked() throws Exception {
    LedgerStore.open(disk).close();
    Path member = disk.resolve("member");
    byte[] id = Files.readAllBytes(member);
    for (byte[] damaged : List.of(new byte[0], new byte[] {-1, -2}, "no id".getBytes(UTF_8))) {
      Files.write(member, damaged);
      assertThatThrownBy(() -> LedgerStore.open(disk))
          .hasMessageStartingWith(member + " cannot be used: it holds no id of a member.")
          .hasMessageContaining("move all of " + disk + " away");
    }
    Files.write(member, id);
    Path ledger = disk.resolve("ledger");
    for (byte[] damaged : List.of(new byte[] {44, 1, 2}, new byte[] {1, 2}, new byte[0])) {
      Files.write(ledger, damaged);
      assertThatThrownBy(() -> LedgerStore.open(disk))
          .hasMessageStartingWith(ledger + " cannot be used: what members say of the ledger ")
          .hasMessageContaining("move all of " + disk + " away");
    }
  }

  /** One that is there and does not answer. */
  private static final class Silent implements Peers {
    @Override
    public Set<String> present() {
      return Set.of("two");
    }

    @Override
    public CompletionStage<byte[]> ask(String member, byte[] call) {
      return new CompletableFuture<>();
    }
  }

  @Test
  void aChangeThatOthersWereAskedForAndDidNotAnswerMayComeAbout() throws Exception {
    try (LedgerStore store = LedgerStore.open(disk)) {
      var keeper = new LedgerKeeper(store, sealing);
      keeper.found("fleet", "one");
      Ledger ledger = keeper.chosen().orElseThrow().ledger().with(new KnownMember("two", "two"));
      keeper.learn(new Vote(keeper.begin(Ballot.NONE), ledger));
      Duration limit = Duration.ofMillis(200);
      var change = new KnownMember("three", "three");

      assertThat(
              new Agreement(keeper, new Silent())
                  .agree(before -> Optional.of(before.with(change)), limit))
          .isEqualTo(new Result.Unknown("the members did not agree in time"));
      assertThat(
              new Agreement(keeper, Peers.NONE)
                  .agree(before -> Optional.of(before.with(change)), limit))
          .isInstanceOf(Result.Unavailable.class);
    }
  }
}
