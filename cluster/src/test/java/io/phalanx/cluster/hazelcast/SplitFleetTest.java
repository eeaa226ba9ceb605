package io.phalanx.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.Eventually;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two members here and one that is frozen until it is thrown out, then goes on. */
class SplitFleetTest {
  private static final int SAMPLES = 100;

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

  @Test
  void ofAQuotaEachSideOfASplitHasItsPartOfTheRestAndAfterwardsBothCount() throws Exception {
    assertThat(MemberMain.admitted(here.getFirst(), 6)).isEqualTo(6);
    awaitUsed(6);
    other.freeze();
    // Read when it goes on, alone at first.
    other.tell("await-alone");
    other.tell("take 30");
    awaitMembers(2);
    for (HazelcastFleet fleet : here) {
      Eventually.holds("two of three", () -> present(fleet) == 2);
    }
    assertThat(MemberMain.admitted(here.getLast(), 10)).isEqualTo(10);
    awaitUsed(16);
    assertThat(MemberMain.admitted(here.getFirst(), 30)).as("of 24, two thirds").isEqualTo(6);
    other.goOn();
    assertThat(other.answer()).isEqualTo("alone");
    assertThat(other.answer()).as("of 24, a third").isEqualTo("8");
    awaitMembers(3);
    awaitUsed(30);

    assertThat(MemberMain.admitted(here.getFirst(), 5)).isZero();
    assertThat(other.ask("take 5")).isEqualTo("0");
  }

  /** What members had in advance counts until it is back. */
  private void awaitUsed(long used) throws Exception {
    Eventually.holds(
        "used of the quota", () -> here.getFirst().quotaUsed("key", MemberMain.QUOTA) == used);
  }

  private static long present(Fleet fleet) {
    return fleet.known().stream().filter(Fleet.Belonging::present).count();
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
