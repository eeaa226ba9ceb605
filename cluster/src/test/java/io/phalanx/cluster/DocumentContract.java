package io.phalanx.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.document.Documents.Outcome;
import io.phalanx.cluster.lease.Lease;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every fleet promises of its documents. */
abstract class DocumentContract extends BudgetContract {
  private static final String NAME = "certificate/a";
  private static final Optional<Document> NONE = Optional.empty();

  private static Lease lease(long epoch) {
    return new Lease("task", "holder " + epoch, epoch);
  }

  /** Once more where nothing came of it, as members that have just come or gone may have it. */
  protected static Outcome put(
      Fleet fleet, long epoch, String name, Optional<Document> before, String content)
      throws InterruptedException, IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Outcome outcome;
    do {
      outcome = fleet.documents().put(lease(epoch), name, before, content.getBytes(UTF_8));
    } while ((outcome instanceof Outcome.Unavailable || outcome instanceof Outcome.Unknown)
        && System.nanoTime() < end);
    return outcome;
  }

  protected static Document written(
      Fleet fleet, long epoch, String name, Optional<Document> before, String content)
      throws InterruptedException, IOException {
    Outcome outcome = put(fleet, epoch, name, before, content);
    assertThat(outcome).isInstanceOf(Outcome.Written.class);
    return ((Outcome.Written) outcome).document().orElseThrow();
  }

  private static String shown(SortedMap<String, Document> documents, String name) {
    Document document = documents.get(name);
    return document == null ? "none" : text(document);
  }

  private static String text(Document document) {
    return document.content().lend(bytes -> new String(bytes, UTF_8));
  }

  @Test
  void whatOneMemberWritesAllHaveWhenThatIsWaitedFor() throws Exception {
    Document first = written(any(0), 1, NAME, NONE, "first");
    assertThat(any(0).documents().awaitEverywhere(PATIENCE)).isEmpty();
    for (Fleet fleet : all()) {
      assertThat(shown(fleet.documents().all(), NAME)).isEqualTo("first");
    }

    written(any(1), 1, NAME, Optional.of(first), "second");
    assertThat(any(1).documents().awaitEverywhere(PATIENCE)).isEmpty();
    for (Fleet fleet : all()) {
      assertThat(shown(fleet.documents().all(), NAME)).isEqualTo("second");
    }
  }

  @Test
  void everyMemberIsToldWithinASecond() throws Exception {
    List<Queue<String>> told = new ArrayList<>();
    for (Fleet fleet : all()) {
      var seen = new ConcurrentLinkedQueue<String>();
      told.add(seen);
      fleet.documents().subscribe(documents -> seen.add(shown(documents, NAME)));
    }
    Document before = written(any(0), 1, NAME, NONE, "warm");
    for (int n = 0; n < 5; n++) {
      String content = "content " + n;
      before = written(any(n), 1, NAME, Optional.of(before), content);
      long since = System.nanoTime();
      for (Queue<String> seen : told) {
        Eventually.holds(content, () -> seen.contains(content));
      }
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(1));
    }
    told.forEach(seen -> assertThat(seen).startsWith("none"));
  }

  @Test
  void aDocumentIsWrittenOnlyInThePlaceOfTheOneThatItsAuthorSaw() throws Exception {
    Document first = written(any(0), 1, NAME, NONE, "first");

    assertThat(put(any(1), 1, NAME, NONE, "other")).isEqualTo(new Outcome.Overtaken());
    Document second = written(any(1), 1, NAME, Optional.of(first), "second");
    assertThat(put(any(2), 1, NAME, Optional.of(first), "third"))
        .isEqualTo(new Outcome.Overtaken());
    assertThat(any(0).documents().catchUp()).isEmpty();
    assertThat(shown(any(0).documents().all(), NAME)).isEqualTo("second");
    assertThat(any(2).documents().remove(lease(1), first)).isEqualTo(new Outcome.Overtaken());
    assertThat(any(2).documents().remove(lease(1), second))
        .isEqualTo(new Outcome.Written(Optional.empty()));
    assertThat(any(0).documents().catchUp()).isEmpty();
    assertThat(any(0).documents().all()).isEmpty();
  }

  @Test
  void toWriteTheSameAgainDoesNoHarm() throws Exception {
    written(any(0), 1, NAME, NONE, "first");

    written(any(1), 1, NAME, NONE, "first");
  }

  @Test
  void ofManyWritersOneWins() throws Exception {
    var winners = new ConcurrentLinkedQueue<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 12; i++) {
        int writer = i;
        threads.submit(
            () -> {
              if (put(any(writer), 1, NAME, NONE, "by " + writer) instanceof Outcome.Written) {
                winners.add("by " + writer);
              }
              return null;
            });
      }
    }
    assertThat(winners).hasSize(1);
    assertThat(survivor().documents().catchUp()).isEmpty();
    assertThat(shown(survivor().documents().all(), NAME)).isEqualTo(winners.element());
  }

  @Test
  void nothingIsWrittenUnderALeaseThatALaterHolderUsed() throws Exception {
    Document first = written(any(0), 4, NAME, NONE, "first");
    Document second = written(any(1), 5, NAME, Optional.of(first), "second");

    assertThat(put(any(0), 4, NAME, Optional.of(second), "late"))
        .isInstanceOf(Outcome.Superseded.class);
    assertThat(put(any(0), 4, "another", NONE, "late")).isInstanceOf(Outcome.Superseded.class);
    written(any(0), 5, "another", NONE, "in time");
  }

  @Test
  void documentsStayWhenAMemberDies() throws Exception {
    Document first = written(any(0), 1, NAME, NONE, "first");
    kill(0);

    Eventually.holds("what was written is known", () -> isUpToDate(survivor()));
    assertThat(shown(survivor().documents().all(), NAME)).isEqualTo("first");
    written(survivor(), 2, NAME, Optional.of(first), "second");
    Eventually.holds(
        "all that are left have it", () -> everywhere(survivor(), Duration.ofSeconds(1)));
  }

  private static boolean isUpToDate(Fleet fleet) {
    try {
      return fleet.documents().catchUp().isEmpty();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean everywhere(Fleet fleet, Duration limit) {
    try {
      return fleet.documents().awaitEverywhere(limit).isEmpty();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void refusesWhatIsTooLargeOrHasNoName() throws Exception {
    Documents documents = any(0).documents();

    assertThatThrownBy(() -> documents.put(lease(1), NAME, NONE, new byte[Documents.MAX_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(NAME);
    assertThatThrownBy(() -> documents.put(lease(1), "", NONE, new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    written(any(0), 1, NAME, NONE, "x".repeat(Documents.MAX_BYTES));
  }
}
