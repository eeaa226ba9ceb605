package io.phalanx.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.cluster.lease.Leases.Candidacy;
import io.phalanx.cluster.report.Report;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.cluster.revision.Revisions.Publication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What every fleet promises, one node or many; documents, budgets, quotas, sessions, breakers and
 * slots are in its parents.
 */
public abstract class FleetContract extends DocumentContract {
  @Test
  void everyMemberSeesAllMembersAndItself() throws InterruptedException {
    for (Fleet fleet : all()) {
      Eventually.holds("membership", () -> fleet.members().size() == all().size());
      assertThat(fleet.members()).contains(fleet.self());
    }
  }

  @Test
  void whatOneMemberSignsEveryOneKnowsAgain() throws IOException {
    byte[] text = "srv=1".getBytes(StandardCharsets.UTF_8);
    byte[] signature = any(0).signing("a test").signatures(text).getFirst();

    for (Fleet fleet : all()) {
      assertThat(fleet.signing("a test").signatures(text)).contains(signature);
      assertThat(fleet.signing("another").signatures(text)).doesNotContain(signature);
    }
  }

  @Test
  void everyMemberTellsWhoeverAsksHowItStands() throws InterruptedException {
    for (Fleet fleet : all()) {
      fleet.reports().tellWith(() -> "report of " + fleet.self().name());
    }
    for (Fleet fleet : all()) {
      Eventually.holds("membership", () -> fleet.members().size() == all().size());
      fleet
          .reports()
          .ask(PATIENCE)
          .forEach(
              (member, report) ->
                  assertThat(report).isEqualTo(new Report.Told("report of " + member.name())));
      assertThat(fleet.reports().ask(PATIENCE)).hasSize(all().size());
    }
  }

  @Test
  void hasNoRevisionBeforeTheFirst() {
    assertThat(survivor().revisions().active()).isEmpty();
  }

  @Test
  void acceptsARevisionOnlyOnTopOfTheOneItsAuthorSaw() throws InterruptedException {
    Optional<Revision> none = Optional.empty();
    Revision one = published(any(0), none, "one");

    assertThat(any(1).revisions().publish(none, "b", "other"))
        .isEqualTo(new Publication.Overtaken(1));
    Revision two = published(any(1), Optional.of(one), "two");
    assertThat(two.number()).isEqualTo(2);
    var later = new Revision(5, "a", one.at(), "five");
    assertThat(any(2).revisions().publish(Optional.of(later), "c", "six"))
        .isEqualTo(new Publication.Overtaken(2));
  }

  @Test
  void aRevisionWithTheSameNumberIsNotThePredecessor() throws InterruptedException {
    Revision one = published(any(0), Optional.empty(), "one");
    var namesake = new Revision(one.number(), one.author(), one.at(), "other");

    assertThat(any(1).revisions().publish(Optional.of(namesake), "b", "two"))
        .isEqualTo(new Publication.Overtaken(1));
  }

  private static Revision published(Fleet fleet, Optional<Revision> predecessor, String content)
      throws InterruptedException {
    Publication outcome = fleet.revisions().publish(predecessor, "author", content);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while ((outcome instanceof Publication.Unavailable || outcome instanceof Publication.Unknown)
        && System.nanoTime() < end) {
      outcome = fleet.revisions().publish(predecessor, "author", content);
    }
    assertThat(outcome).isInstanceOf(Publication.Accepted.class);
    return ((Publication.Accepted) outcome).revision();
  }

  @Test
  void ofManyPublishersOneWinsEachNumber() throws Exception {
    var accepted = new ConcurrentLinkedQueue<Long>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 30; i++) {
        int publisher = i;
        threads.submit(
            () -> {
              for (int n = 0; n < 3; n++) {
                Optional<Revision> seen = any(publisher).revisions().active();
                if (any(publisher).revisions().publish(seen, "p" + publisher, "content " + n)
                    instanceof Publication.Accepted(Revision revision)) {
                  accepted.add(revision.number());
                }
              }
              return null;
            });
      }
    }
    assertThat(accepted).doesNotHaveDuplicates().contains(1L);
  }

  @Test
  void tellsEveryMemberTheNewestRevisionAndNeverAnOlderOne() throws InterruptedException {
    List<Queue<Long>> seen = new ArrayList<>();
    for (Fleet fleet : all()) {
      var numbers = new ConcurrentLinkedQueue<Long>();
      seen.add(numbers);
      fleet.revisions().subscribe(revision -> numbers.add(revision.number()));
    }
    Optional<Revision> last = Optional.empty();
    for (int n = 0; n < 20; n++) {
      last = Optional.of(published(any(n), last, "content " + n));
    }
    for (Queue<Long> numbers : seen) {
      Eventually.holds("revision 20", () -> numbers.contains(20L));
      assertThat(new ArrayList<>(numbers)).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void tellsALateListenerTheActiveRevision() throws Exception {
    published(any(0), Optional.empty(), "content");
    var told = new CompletableFuture<Revision>();
    Eventually.holds("the revision", () -> survivor().revisions().active().isPresent());

    survivor().revisions().subscribe(told::complete);

    assertThat(told.get().content()).isEqualTo("content");
  }

  @Test
  void carriesLargeContents() throws Exception {
    String large = "x".repeat(5 << 20);
    published(any(0), Optional.empty(), large);

    Eventually.holds("the revision", () -> survivor().revisions().active().isPresent());
    assertThat(survivor().revisions().active().orElseThrow().content()).isEqualTo(large);
  }

  @Test
  void whatOneMemberCannotServeChangesNothingAnywhere() throws Exception {
    Revision one = published(any(0), Optional.empty(), "one");
    survivor().revisions().tryWith(_ -> Optional.of("I do not know that word"));

    Publication refused = any(0).revisions().publish(Optional.of(one), "author", "two");

    assertThat(refused)
        .isInstanceOfSatisfying(
            Publication.Refused.class,
            refusal -> {
              assertThat(refusal.member()).isNotEmpty();
              assertThat(refusal.reason()).isEqualTo("I do not know that word");
            });
    survivor().revisions().tryWith(_ -> Optional.empty());
    assertThat(published(any(0), Optional.of(one), "three").number()).isEqualTo(2);
  }

  @Test
  void whatAMemberFailsToTryItCannotServe() throws Exception {
    survivor()
        .revisions()
        .tryWith(
            _ -> {
              throw new IllegalStateException("broken");
            });

    assertThat(any(0).revisions().publish(Optional.empty(), "author", "one"))
        .isInstanceOfSatisfying(
            Publication.Refused.class, refusal -> assertThat(refusal.reason()).isEqualTo("broken"));
  }

  @Test
  void remembersTheLastRevisions() throws Exception {
    Optional<Revision> last = Optional.empty();
    for (int n = 1; n <= 3; n++) {
      last = Optional.of(published(any(n), last, "content " + n));
    }

    assertThat(any(0).revisions().revision(2).orElseThrow().content()).isEqualTo("content 2");
    assertThat(any(0).revisions().revision(4)).isEmpty();
    assertThat(any(0).revisions().history())
        .extracting(RevisionEntry::number)
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void keepsTheRevisionWhenAMemberDies() throws Exception {
    Revision first = published(any(0), Optional.empty(), "content");
    kill(0);

    published(survivor(), Optional.of(first), "more");
    assertThat(survivor().revisions().active().orElseThrow().number()).isEqualTo(2);
  }

  @Test
  void onlyOneMemberHoldsALease() throws Exception {
    var holders = new AtomicInteger();
    var most = new AtomicInteger();
    var held = new CountDownLatch(1);
    var candidacies = new ArrayList<Candidacy>();
    for (Fleet fleet : all()) {
      candidacies.add(
          fleet
              .leases()
              .compete(
                  "task",
                  lease -> {
                    most.accumulateAndGet(holders.incrementAndGet(), Math::max);
                    held.countDown();
                    try {
                      new CountDownLatch(1).await();
                    } finally {
                      holders.decrementAndGet();
                    }
                  }));
    }
    held.await();
    assertThat(survivor().leases().holder("task")).isPresent();
    for (Candidacy candidacy : candidacies) {
      candidacy.close();
    }
    assertThat(most).hasValue(1);
    assertThat(holders).hasValue(0);
  }

  @Test
  void aLeaseThatWasGivenBackIsTakenWithALaterEpoch() throws Exception {
    var first = new CompletableFuture<Lease>();
    any(0).leases().compete("task", term(first)).close();
    if (!first.isDone()) {
      var again = any(0).leases().compete("task", term(first));
      first.get();
      again.close();
    }
    var second = new CompletableFuture<Lease>();
    survivor().leases().compete("task", term(second));

    assertThat(second.get().epoch()).isGreaterThan(first.get().epoch());
  }

  @Test
  void candidaciesOfOneMemberTakeTurns() throws Exception {
    var first = new CompletableFuture<Lease>();
    var second = new CompletableFuture<Lease>();
    Leases leases = survivor().leases();
    Candidacy one = leases.compete("task", term(first));
    first.get();
    Candidacy other = leases.compete("task", term(second));
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> second.get(500, TimeUnit.MILLISECONDS));
    assertThat(leases.holder("task")).contains(first.get());

    one.close();

    assertThat(second.get().epoch()).isGreaterThan(first.get().epoch());
    other.close();
  }

  private static io.phalanx.cluster.lease.LeaseTask term(CompletableFuture<Lease> told) {
    return lease -> {
      told.complete(lease);
      new CountDownLatch(1).await();
    };
  }

  /** For fleets of more than one. */
  protected void anotherMemberTakesOver() throws Exception {
    var first = new CompletableFuture<Lease>();
    var second = new CompletableFuture<Lease>();
    any(0).leases().compete("task", term(first));
    first.get();
    survivor().leases().compete("task", term(second));

    kill(0);

    assertThat(second.get().epoch()).isGreaterThan(first.get().epoch());
    assertThat(survivor().leases().holder("task")).contains(second.get());
  }
}
