package io.phalanx.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.Eventually;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.lease.Lease;
import java.io.IOException;
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
}
