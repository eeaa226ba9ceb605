package io.phalanx.cluster.hazelcast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.Eventually;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.revision.Revisions.Publication;
import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.Seating;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two members here and one that is frozen until it is thrown out, then goes on. */
class SplitFleetTest {
  private static final int SAMPLES = 100;

  /** Of which the other member has two thirds, as one keeps a key and another one its backup. */
  private static final int KEYS = 12;

  @TempDir private Path disks;

  private final FleetKey key = FleetKey.generate();
  private final List<HazelcastFleet> here = new ArrayList<>();
  private MemberProcess other;

  @BeforeEach
  void startThreeMembers() throws Exception {
    HostPort first = address();
    HostPort second = address();
    here.add(HazelcastFleet.start(settings(first, List.of()), InstantSource.system()));
    here.add(HazelcastFleet.start(settings(second, List.of(first)), InstantSource.system()));
    HostPort third = address();
    other = MemberProcess.start(first, third, key, disk(third));
    assertThat(other.ask("id")).isNotEmpty();
  }

  private FleetSettings settings(HostPort address, List<HostPort> join) {
    return new FleetSettings(
        "test", address, address, join, join.isEmpty(), List.of(key), disk(address));
  }

  private Path disk(HostPort address) {
    return disks.resolve(Integer.toString(address.port()));
  }

  private static HostPort address() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort("127.0.0.1", socket.getLocalPort());
    }
  }

  @AfterEach
  void endAll() {
    other.close();
    here.forEach(HazelcastFleet::terminate);
  }

  private void awaitMembers(int count) throws InterruptedException {
    for (Fleet fleet : here) {
      Eventually.holds(count + " members", () -> fleet.members().size() == count);
    }
  }

  private Lease lease() throws InterruptedException {
    Eventually.holds("a holder", () -> here.getFirst().leases().holder("task").isPresent());
    return here.getFirst().leases().holder("task").orElseThrow();
  }

  @Test
  void theLeaseOfAMemberThatComesBackIsTakenOnceAndStays() throws Exception {
    long before = lease().epoch();
    other.freeze();
    awaitMembers(2);
    other.goOn();
    awaitMembers(3);

    Lease after = lease();
    assertThat(after.holder()).isEqualTo(other.ask("id"));
    assertThat(after.epoch()).isGreaterThan(before);
    Set<Long> epochs = new HashSet<>();
    for (int i = 0; i < SAMPLES; i++) {
      epochs.add(lease().epoch());
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(epochs).hasSize(1);
  }

  @Test
  void aMemberThatIsFrozenIsToldOfAndHasTheDocumentsWhenItIsBack() throws Exception {
    var under = new Lease("certificates", "one", 1);
    Documents documents = here.getFirst().documents();
    assertThat(documents.put(under, "one", Optional.empty(), "first".getBytes(UTF_8)))
        .isInstanceOf(Documents.Outcome.Written.class);
    assertThat(documents.awaitEverywhere(Duration.ofSeconds(10))).isEmpty();
    assertThat(other.ask("document one")).isEqualTo("first");
    other.freeze();
    // Read when it goes on, alone at first.
    other.tell("await-alone");
    other.tell("write two");

    assertThat(documents.put(under, "two", Optional.empty(), "second".getBytes(UTF_8)))
        .isInstanceOf(Documents.Outcome.Written.class);
    assertThat(documents.awaitEverywhere(Duration.ofSeconds(1)).orElse("nobody"))
        .contains("it does not answer");
    awaitMembers(2);
    assertThat(documents.awaitEverywhere(Duration.ofSeconds(1))).isEmpty();

    other.goOn();
    assertThat(other.answer()).isEqualTo("alone");
    assertThat(other.answer()).startsWith("Unavailable");
    awaitMembers(3);
    assertThat(documents.awaitEverywhere(Duration.ofSeconds(20))).isEmpty();
    assertThat(other.ask("document two")).isEqualTo("second");
  }

  @Test
  void onlyTheMajorityOfASplitGoesOnAndAfterwardsThereIsOneHistory() throws Exception {
    publish(0, "common");
    awaitOne("common");
    other.freeze();
    // Read when it goes on, alone at first.
    other.tell("await-alone");
    other.tell("publish theirs");
    other.tell("holder");
    other.tell("active");
    awaitMembers(2);
    publish(0, "ours");
    assertThat(shown(0)).startsWith("2 ");
    other.goOn();
    assertThat(other.answer()).isEqualTo("alone");
    assertThat(other.answer()).startsWith("no majority: 1 of 3 known members are here");
    assertThat(other.answer()).as("no lease for the minority").isEqualTo("nobody");
    assertThat(other.answer()).as("what it serves meanwhile").endsWith("common");
    awaitMembers(3);
    awaitOne("ours");

    publish(1, "from here");
    awaitOne("from here");
    assertThat(other.ask("publish from there")).isEqualTo("Accepted");
    assertThat(awaitOne("from there")).startsWith("4 ");
    assertThat(here.getFirst().revisions().history())
        .extracting(RevisionEntry::number)
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void afterASplitEachSessionIsWhereItWasUsedLast() throws Exception {
    other.freeze();
    // Read when it goes on, after what is claimed here.
    other.tell("await-alone");
    other.tell("claim later-there theirs");
    other.tell("claim later-here theirs");
    awaitMembers(2);
    claim("later-there");
    claim("later-here");
    other.goOn();
    assertThat(other.answer()).isEqualTo("alone");
    assertThat(other.answer()).contains("theirs");
    assertThat(other.answer()).contains("theirs");
    // Used until they meet: times are kept in seconds.
    while (here.getFirst().members().size() < 3) {
      claim("later-here");
      TimeUnit.MILLISECONDS.sleep(20);
    }
    awaitMembers(3);

    for (HazelcastFleet fleet : here) {
      Eventually.holds(
          "what was used last", () -> fleet.sessionKept("later-there").equals("theirs"));
      assertThat(fleet.sessionKept("later-here")).isEqualTo("ours");
    }
  }

  /**
   * Of some keys the other member has a copy: those that it kept, or had the backup of. A token
   * that was on its way back when it was cut off is neither side's.
   */
  @Test
  void ofAQuotaEachSideOfASplitHasItsPartOfTheRestAndAfterwardsBothCount() throws Exception {
    List<String> keys = IntStream.range(0, KEYS).mapToObj(key -> "key-" + key).toList();
    for (String key : keys) {
      Eventually.holds("who knows all", () -> MemberMain.admitted(here.getFirst(), key, 1) == 1);
      assertThat(MemberMain.admitted(here.getFirst(), key, 5)).isEqualTo(5);
      awaitUsed(key, 6);
    }
    other.freeze();
    // Read when it goes on, alone at first.
    other.tell("await-alone");
    for (String key : keys) {
      other.tell("take " + key + " 30");
    }
    awaitMembers(2);
    Map<String, Long> admitted = new HashMap<>();
    for (String key : keys) {
      assertThat(MemberMain.admitted(here.getLast(), key, 10)).isEqualTo(10);
      awaitUsed(key, 16);
      long more = admittedOfWhatIsLeft(key);
      assertThat(more).as("two thirds of 24, of which 10 are used").isBetween(5L, 6L);
      admitted.put(key, 16 + more);
    }
    other.goOn();
    assertThat(other.answer()).isEqualTo("alone");
    long most = 0;
    for (String key : keys) {
      long theirs = Long.parseLong(other.answer());
      assertThat(theirs).as("a third of 24 of %s, or nothing without a copy", key).isIn(0L, 7L, 8L);
      admitted.merge(key, theirs, Long::sum);
      most = Math.max(most, theirs);
    }
    assertThat(most).isGreaterThanOrEqualTo(7);
    awaitMembers(3);
    for (String key : keys) {
      assertThat(admittedTogether(key, admitted.getOrDefault(key, 0L))).isEqualTo(30);
      assertThat(other.ask("take " + key + " 5")).isEqualTo("0");
    }
  }

  /** Nothing is admitted while the two that are left find out who of them counts for the fleet. */
  private long admittedOfWhatIsLeft(String key) throws Exception {
    var admitted = new AtomicLong();
    Eventually.holds(
        "something is admitted",
        () -> admitted.addAndGet(MemberMain.admitted(here.getFirst(), key, 30)) > 0);
    return admitted.addAndGet(MemberMain.admitted(here.getFirst(), key, 30));
  }

  /** How many, once all of it is used by a fleet in which all are, and know all, again. */
  private long admittedTogether(String key, long before) throws Exception {
    var admitted = new AtomicLong(before);
    Eventually.holds(
        "all of the quota",
        () -> {
          admitted.addAndGet(MemberMain.admitted(here.getFirst(), key, 1));
          return here.getFirst().quotaUsed(key, MemberMain.QUOTA) == 30;
        });
    return admitted.addAndGet(MemberMain.admitted(here.getFirst(), key, 5));
  }

  /** What members had in advance counts until it is back. */
  private void awaitUsed(String key, long used) throws Exception {
    Eventually.holds(
        "used of the quota", () -> here.getFirst().quotaUsed(key, MemberMain.QUOTA) == used);
  }

  private void claim(String key) throws Exception {
    assertThat(
            here.getFirst()
                .sessions()
                .seat(key, Bid.claim("ours", Duration.ofHours(1)), Duration.ofSeconds(10))
                .toCompletableFuture()
                .get())
        .isInstanceOf(Seating.At.class);
  }

  private void publish(int member, String content) throws InterruptedException {
    Revisions revisions = here.get(member).revisions();
    assertThat(revisions.publish(revisions.active(), "here", content))
        .isInstanceOf(Publication.Accepted.class);
  }

  private String shown(int member) {
    return here.get(member).revisions().active().map(MemberMain::shown).orElse("none");
  }

  /** Waits until all members have the very same revision, with that content. */
  private String awaitOne(String content) throws Exception {
    Eventually.holds(
        "one revision with " + content,
        () ->
            shown(0).endsWith(' ' + content)
                && shown(1).equals(shown(0))
                && shown(0).equals(theirs()));
    return shown(0);
  }

  private String theirs() {
    try {
      return other.ask("active");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
