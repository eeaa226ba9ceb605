package io.phalanx.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.Eventually;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.revision.Revisions.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two members here and one that is frozen until it is thrown out, then goes on. */
class SplitFleetTest {
  private static final int SAMPLES = 100;

  private final FleetKey key = FleetKey.generate();
  private final List<HazelcastFleet> here = new ArrayList<>();
  private MemberProcess other;

  @BeforeEach
  void startThreeMembers() throws Exception {
    HostPort first = address();
    HostPort second = address();
    here.add(HazelcastFleet.start(settings(first, List.of()), InstantSource.system()));
    here.add(HazelcastFleet.start(settings(second, List.of(first)), InstantSource.system()));
    other = MemberProcess.start(first, address(), key);
    assertThat(other.ask("id")).isNotEmpty();
  }

  private FleetSettings settings(HostPort address, List<HostPort> join) {
    return new FleetSettings("test", address, address, join, join.isEmpty(), List.of(key));
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
  void afterASplitAllHaveOneRevisionAndGoOnFromIt() throws Exception {
    publish(0, "common");
    awaitOne("common");
    other.freeze();
    // Read when it goes on: its revision gets the number that is taken here.
    other.tell("await-alone");
    other.tell("publish theirs");
    awaitMembers(2);
    publish(0, "ours");
    assertThat(shown(0)).startsWith("2 ");
    other.goOn();
    assertThat(other.answer()).isEqualTo("alone");
    assertThat(other.answer()).isEqualTo("Accepted");
    awaitMembers(3);

    assertThat(awaitOne("theirs")).as("theirs is the later one").startsWith("2 ");

    publish(1, "from here");
    awaitOne("from here");
    assertThat(other.ask("publish from there")).isEqualTo("Accepted");
    awaitOne("from there");
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
