package io.phalanx.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.Eventually;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.report.Report;
import io.phalanx.cluster.report.Reports;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.cluster.revision.Revisions.Publication;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that go, come back, lose their disks, and who decides meanwhile. */
class KnownMembersTest {
  private static final String SECRET = "a private key";

  @TempDir private Path disks;

  private final FleetKey key = FleetKey.generate();
  private List<FleetKey> keys = List.of(key);
  private final List<HostPort> addresses = new ArrayList<>();
  private final List<HazelcastFleet> members = new ArrayList<>();

  @BeforeEach
  void startThreeMembers() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        addresses.add(new HostPort("127.0.0.1", socket.getLocalPort()));
      }
    }
    for (int i = 0; i < 3; i++) {
      members.add(start(i, i == 0));
    }
  }

  private HazelcastFleet start(int member, boolean bootstrap) throws Exception {
    var others = new ArrayList<>(addresses);
    others.remove(member);
    HostPort address = addresses.get(member);
    return HazelcastFleet.start(
        new FleetSettings(
            "test",
            address,
            address,
            bootstrap && members.isEmpty() ? List.of() : others,
            bootstrap,
            keys,
            disk(member)),
        InstantSource.system());
  }

  private Path disk(int member) {
    return disks.resolve("disk " + member);
  }

  @AfterEach
  void endAll() {
    members.forEach(HazelcastFleet::terminate);
  }

  private void publish(int member, String content) throws InterruptedException {
    Fleet fleet = members.get(member);
    Publication[] outcome = new Publication[1];
    Eventually.holds(
        "publication of " + content,
        () -> {
          outcome[0] = offer(fleet, content);
          return outcome[0] instanceof Publication.Accepted;
        });
  }

  private static Publication offer(Fleet fleet, String content) {
    try {
      return fleet.revisions().publish(fleet.revisions().active(), "author", content);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String active(Fleet fleet) {
    return fleet.revisions().active().map(Revision::content).orElse("none");
  }

  private static String reason(Publication publication) {
    return publication instanceof Publication.Unavailable(String why) ? why : "" + publication;
  }

  @Test
  void aFleetThatLostPowerServesItsLastRevisionAndGoesOnWhenMostAreBack() throws Exception {
    publish(0, "first");
    publish(1, SECRET);
    for (Fleet fleet : members) {
      Eventually.holds("revision 2", () -> active(fleet).equals(SECRET));
    }
    members.forEach(HazelcastFleet::terminate);
    members.clear();

    // It may start a fleet, but its disk says that it belongs to one.
    members.add(start(0, true));
    assertThat(active(members.getFirst())).isEqualTo(SECRET);
    assertThat(reason(offer(members.getFirst(), "alone")))
        .startsWith("no majority: 1 of 3 known members are here; away: 127.0.0.1:");
    assertThat(members.getFirst().leases().holder("task")).isEmpty();

    members.add(start(1, false));
    assertThat(active(members.getLast())).isEqualTo(SECRET);
    publish(1, "together");
    members.add(start(2, false));
    assertThat(active(members.getLast())).isEqualTo("together");
    assertThat(members.getLast().revisions().revision(1).orElseThrow().content())
        .isEqualTo("first");
  }

  @Test
  void keysAreChangedWithoutAStopAndWhatWasKeptIsReadWithTheNewOneAlone() throws Exception {
    publish(0, "with the old key");
    FleetKey next = FleetKey.generate();
    byte[] cookie = {1, 2, 3};
    byte[] signed = members.get(1).signing("test").signatures(cookie).getFirst();

    for (List<FleetKey> now : List.of(List.of(key, next), List.of(next, key))) {
      for (HazelcastFleet member : members) {
        member.rekey(now);
        publish(2, "while keys change " + now.indexOf(key));
        assertThat(members.get(2).signing("test").signatures(cookie))
            .anyMatch(known -> Arrays.equals(known, signed));
      }
    }
    for (HazelcastFleet member : members) {
      member.rekey(List.of(next));
    }
    keys = List.of(next);
    members.get(2).terminate();
    members.set(2, start(2, false));

    assertThat(members.get(0).members()).hasSize(3);
    assertThat(members.get(2).revisions().revision(1).orElseThrow().content())
        .isEqualTo("with the old key");
    publish(2, "with the new key");
    Eventually.holds("the newest", () -> active(members.get(0)).equals("with the new key"));
    assertThatThrownBy(() -> members.get(0).rekey(List.of(key)))
        .hasMessageStartingWith("none of these keys is known to this member by now");
  }

  @Test
  void oneThatIsAwayIsShownAsSuchWhenAllAreAskedHowTheyStand() throws Exception {
    members.get(0).reports().tellWith(() -> "well");
    members.get(1).reports().tellWith(() -> "x".repeat(Reports.MAX_CHARACTERS + 1));
    members.get(2).terminate();
    Eventually.holds("two members", () -> members.get(0).members().size() == 2);

    assertThat(members.get(0).reports().ask(Duration.ofSeconds(20)).values())
        .containsExactly(
            new Report.Told("well"),
            new Report.Silent("its report is 65537 characters long"),
            new Report.Away());
  }

  @Test
  void aMemberThatWasAwayKnowsWhatIsNewestBeforeItIsAsked() throws Exception {
    publish(0, "first");
    members.get(2).terminate();
    publish(0, "while it was away");

    members.set(2, start(2, false));

    assertThat(active(members.get(2))).isEqualTo("while it was away");
    assertThat(members.get(0).known()).hasSize(3).allMatch(Fleet.Belonging::present);
  }

  @Test
  void aMemberThatIsGoneForGoodIsForgottenByAMajorityOnly() throws Exception {
    String gone = addresses.get(2).toString();
    assertThat(members.get(0).forget("10.0.0.1:1")).contains("no member is known as 10.0.0.1:1");
    assertThat(members.get(0).forget(gone)).contains(gone + " is here; have it leave instead");
    members.get(2).terminate();
    Eventually.holds("its absence", () -> members.get(0).members().size() == 2);

    assertThat(members.get(0).forget(gone)).isEmpty();
    assertThat(members.get(0).known())
        .extracting(Fleet.Belonging::name)
        .containsExactly(addresses.get(0).toString(), addresses.get(1).toString());

    members.get(1).terminate();
    Eventually.holds("its absence", () -> members.get(0).members().size() == 1);
    assertThat(members.get(0).forget(addresses.get(1).toString()).orElseThrow())
        .startsWith("no majority: 1 of 2");
  }

  @Test
  void aMemberThatLeavesCountsNoMore() throws Exception {
    assertThat(members.get(1).leave()).isEmpty();
    members.get(1).close();
    assertThat(members.get(2).leave()).isEmpty();
    members.get(2).close();

    publish(0, "alone, and a majority");
    assertThat(members.get(0).known()).hasSize(1);
    assertThat(members.get(0).leave()).contains(addresses.get(0) + " is the only member");
  }

  /** For longer than members take until they look whether they are known. */
  @Test
  void aMemberThatLeavesAndServesOnCountsNoMore() throws Exception {
    assertThat(members.get(1).leave()).isEmpty();
    Eventually.holds("two are left", () -> members.get(0).known().size() == 2);
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();

    Eventually.holds(
        "the end of a while",
        () -> {
          assertThat(members.get(0).known()).hasSize(2);
          return System.nanoTime() > end;
        });
  }

  @Test
  void aMemberThatLostItsDiskTakesItsOwnPlace() throws Exception {
    publish(0, "first");
    members.get(2).terminate();
    try (Stream<Path> files = Files.walk(disk(2))) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }

    members.set(2, start(2, false));

    assertThat(active(members.get(2))).isEqualTo("first");
    assertThat(members.get(0).known()).hasSize(3);
  }

  @Test
  void aRevisionThatIsDamagedOnOneDiskIsGotFromTheOthers() throws Exception {
    publish(0, "first");
    Eventually.holds("the first", () -> active(members.get(2)).equals("first"));
    members.get(2).terminate();
    Path file = disk(2).resolve("revisions").resolve(RevisionEntry.hash("first"));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, new byte[whole.length]);

    members.set(2, start(2, false));

    assertThat(active(members.get(2))).isEqualTo("first");
    assertThat(Files.readAllBytes(file)).isNotEqualTo(new byte[whole.length]);
    assertThat(Path.of(file + ".damaged")).hasBinaryContent(new byte[whole.length]);
  }

  @Test
  void anAddressThatThisMachineDoesNotHaveIsToldBeforeAnythingIsTried() {
    members.removeLast().terminate();
    for (String host : List.of("192.0.2.1", "0.0.0.0", "no-such-host.invalid")) {
      addresses.set(2, new HostPort(host, 5701));
      assertThatThrownBy(() -> start(2, false))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("fleet.bind " + host + ":5701: " + host + " is no address of");
    }
  }

  @Test
  void anAddressThatIsTakenIsToldBeforeAnythingIsTried() throws IOException {
    members.removeLast().terminate();
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      addresses.set(2, new HostPort("127.0.0.1", taken.getLocalPort()));
      assertThatThrownBy(() -> start(2, false))
          .isInstanceOf(IOException.class)
          .hasMessage("fleet.bind %s: Address already in use", addresses.get(2));
    }
  }

  @Test
  void nothingOnDiskIsInClearAndOnlyItsOwnerCanOpenIt() throws Exception {
    publish(0, SECRET);
    try (Stream<Path> files = Files.walk(disk(0))) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).hasSizeGreaterThan(2);
      for (Path file : all) {
        assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8))
            .doesNotContain(SECRET)
            .doesNotContain(key.text());
      }
    }
    assertThat(Files.getPosixFilePermissions(disk(0))).hasSize(3);
  }

  @Test
  void twoMembersDoNotShareADirectory() {
    assertThatThrownBy(() -> start(0, false))
        .isInstanceOf(IOException.class)
        .hasMessage("another node uses " + disk(0) + "; each needs a dataDir of its own");
  }

  @Test
  void whatAMemberDidBeforeItDiedIsDoneForAllOrForNone() throws Exception {
    publish(0, "first");
    Thread author = Thread.ofVirtual().start(() -> offer(members.get(0), "x".repeat(1 << 20)));
    members.get(0).terminate();
    author.join();

    publish(1, "next");
    Optional<Revision> second = members.get(1).revisions().active();
    Eventually.holds("one revision", () -> members.get(2).revisions().active().equals(second));
    assertThat(members.get(1).revisions().history())
        .isEqualTo(members.get(2).revisions().history());
  }
}
