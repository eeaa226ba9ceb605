package io.phalanx.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.phalanx.cluster.Eventually;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetContract;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.Fleets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.Seating;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HazelcastFleetTest extends FleetContract {
  private static final int MEMBERS = 3;

  /** Ports come again in one run; disks must not. */
  private static final AtomicInteger MEMBERS_STARTED = new AtomicInteger();

  @TempDir private static Path disks;

  @Override
  protected Fleets start() throws Exception {
    return Members.start(MEMBERS, FleetKey.generate());
  }

  /** Members of one fleet, in this JVM. */
  private record Members(List<HazelcastFleet> fleets, List<HostPort> addresses, FleetKey key)
      implements Fleets {
    static Members start(int count, FleetKey key) throws Exception {
      var fleets = new ArrayList<HazelcastFleet>();
      var addresses = new ArrayList<HostPort>();
      for (int i = 0; i < count; i++) {
        HostPort address = new HostPort("127.0.0.1", freePort());
        fleets.add(
            HazelcastFleet.start(
                settings(address, i == 0 ? List.of() : addresses, key), InstantSource.system()));
        addresses.add(address);
      }
      return new Members(fleets, addresses, key);
    }

    @Override
    public List<Fleet> all() {
      return List.copyOf(fleets);
    }

    @Override
    public void kill(int member) {
      fleets.get(member).terminate();
    }

    @Override
    public void close() {
      fleets.forEach(HazelcastFleet::terminate);
    }
  }

  private static FleetSettings settings(HostPort address, List<HostPort> join, FleetKey... keys) {
    return new FleetSettings(
        "test",
        address,
        address,
        join,
        join.isEmpty(),
        List.of(keys),
        disks.resolve("member " + MEMBERS_STARTED.incrementAndGet()));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void anotherMemberTakesOverTheLeaseOfOneThatDied() throws Exception {
    anotherMemberTakesOver();
  }

  @Test
  void othersGetTheSlotsOfOneThatDied() throws Exception {
    givesTheSlotsOfTheDeadToOthers();
  }

  @Test
  void aMemberThatWasStoppedSaysThatItCannotTellOfSessions() throws Exception {
    kill(0);

    assertThat(
            any(0)
                .sessions()
                .seat("key", Bid.at("place", Duration.ofHours(1)), Duration.ofSeconds(10))
                .toCompletableFuture()
                .get())
        .isInstanceOf(Seating.Unavailable.class);
  }

  @Test
  void aNodeWithAnotherKeyIsNotLetIn() throws Exception {
    try (Members members = Members.start(1, FleetKey.generate())) {
      HostPort own = new HostPort("127.0.0.1", freePort());
      Thread joining =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      HazelcastFleet.start(
                              settings(own, members.addresses(), FleetKey.generate()),
                              InstantSource.system())
                          .close();
                    } catch (InterruptedException _) {
                      // As the test wants it.
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      joining.join(Duration.ofSeconds(6));

      assertThat(joining.isAlive()).as("still trying").isTrue();
      assertThat(members.fleets().getFirst().members()).hasSize(1);
      joining.interrupt();
      assertThat(joining.join(Duration.ofSeconds(5))).as("stops when it is told to").isTrue();
      // What Hazelcast had begun ends later, and would be heard of in other tests.
      Eventually.holds("the last attempt is over", () -> !isAnyoneJoining());
    }
  }

  private static boolean isAnyoneJoining() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("joining"));
  }

  @Test
  void aNodeMayHaveTheOldKeyAndTheNewOne() throws Exception {
    FleetKey old = FleetKey.generate();
    FleetKey next = FleetKey.generate();
    HostPort first = new HostPort("127.0.0.1", freePort());
    HostPort second = new HostPort("127.0.0.1", freePort());
    try (HazelcastFleet a =
            HazelcastFleet.start(settings(first, List.of(), old, next), InstantSource.system());
        HazelcastFleet b =
            HazelcastFleet.start(
                settings(second, List.of(first), next, old), InstantSource.system())) {
      Eventually.holds("two members", () -> a.members().size() == 2 && b.members().size() == 2);
    }
  }

  @Test
  void documentsAreThereAfterAllHaveEndedAndForOneThatComesLater() throws Exception {
    FleetKey key = FleetKey.generate();
    HostPort first = new HostPort("127.0.0.1", freePort());
    FleetSettings founder = settings(first, List.of(), key);
    try (HazelcastFleet fleet = HazelcastFleet.start(founder, InstantSource.system())) {
      for (int n = 0; n < 20; n++) {
        written(fleet, 1, "document " + n, Optional.empty(), "PRIVATE KEY " + n);
      }
    }
    try (Stream<Path> files = Files.walk(founder.directory())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain("PRIVATE KEY");
      }
    }
    HostPort second = new HostPort("127.0.0.1", freePort());
    try (HazelcastFleet fleet = HazelcastFleet.start(founder, InstantSource.system())) {
      assertThat(fleet.documents().all()).hasSize(20);
      try (HazelcastFleet late =
          HazelcastFleet.start(settings(second, List.of(first), key), InstantSource.system())) {
        assertThat(late.documents().all()).isEqualTo(fleet.documents().all());
      }
    }
  }

  @Test
  void aStockMemberStaysOutside() throws Exception {
    try (Members members = Members.start(1, FleetKey.generate())) {
      Config config = new Config();
      config.setClusterName("test");
      config.setProperty("hazelcast.phone.home.enabled", "false");
      config.setProperty("hazelcast.max.join.seconds", "3");
      config
          .getNetworkConfig()
          .setPort(freePort())
          .getInterfaces()
          .setEnabled(true)
          .addInterface("127.0.0.1");
      config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
      config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
      config
          .getNetworkConfig()
          .getJoin()
          .getTcpIpConfig()
          .setEnabled(true)
          .addMember(members.addresses().getFirst().toString());
      try {
        HazelcastInstance stranger = Hazelcast.newHazelcastInstance(config);
        assertThat(stranger.getCluster().getMembers()).hasSize(1);
        stranger.getLifecycleService().terminate();
      } catch (IllegalStateException gaveUp) {
        assertThat(gaveUp).hasMessageContaining("failed to start");
      }
      assertThat(members.fleets().getFirst().members()).hasSize(1);
    }
  }

  @Test
  void aMemberThatAloneFailsOpensABreakerForNobodyElse() throws Exception {
    whoAloneFailsStaysAlone();
  }

  @Test
  void oneMemberProbesWhatABreakerGuards() throws Exception {
    oneProbesForTheFleet();
  }

  @Test
  void aPlainConnectionIsEnded() throws Exception {
    try (Members members = Members.start(1, FleetKey.generate());
        Socket socket = new Socket("127.0.0.1", members.addresses().getFirst().port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          "HZC\0\0\0\0 this is no TLS record, but long enough to be one"
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      out.flush();

      byte[] answer = endOf(socket);

      assertThat(new String(answer, java.nio.charset.StandardCharsets.ISO_8859_1))
          .doesNotContain("HZ");
    }
  }

  /** With room for about 74 keys in each of the 271 partitions. */
  @Test
  void keysBeyondTheBoundDropTheLeastUsedOnesAndAllMembersKeepTheirBound() throws Exception {
    int bound = 10_000;
    FleetKey key = FleetKey.generate();
    HostPort first = new HostPort("127.0.0.1", freePort());
    HostPort second = new HostPort("127.0.0.1", freePort());
    var limit = new Limit(10, 1, Duration.ofHours(1));
    Duration patience = Duration.ofSeconds(20);
    try (HazelcastFleet a =
            HazelcastFleet.start(settings(first, List.of(), key), InstantSource.system(), bound);
        HazelcastFleet b =
            HazelcastFleet.start(
                settings(second, List.of(first), key), InstantSource.system(), bound)) {
      int admitted = 0;
      for (int round = 0; round < 200; round++) {
        var grants = new ArrayList<CompletableFuture<Grant>>();
        for (int i = 0; i < 500; i++) {
          grants.add(
              b.budgets()
                  .take("key " + round + " " + i, limit, Duration.ZERO, patience)
                  .toCompletableFuture());
        }
        CompletableFuture<Grant> hot =
            a.budgets().take("hot", limit, Duration.ZERO, patience).toCompletableFuture();
        admitted += hot.get() instanceof Grant.Admitted ? 1 : 0;
        for (CompletableFuture<Grant> grant : grants) {
          assertThat(grant.get()).isInstanceOf(Grant.Admitted.class);
        }
      }
      assertThat(admitted).as("of the key that is used all the time").isEqualTo(10);
      for (HazelcastFleet fleet : List.of(a, b)) {
        assertThat(fleet.budgetsKept()).isBetween(bound / 2L, 2L * bound + bound / 5);
      }
    }
  }

  @Test
  void aFloodOfHalfHandshakesIsClosedAndKeepsNoMemberOut() throws Exception {
    FleetKey key = FleetKey.generate();
    var opened = new ConcurrentLinkedQueue<Socket>();
    var flooding = new AtomicBoolean(true);
    try (Members members = Members.start(1, key)) {
      int port = members.addresses().getFirst().port();
      Thread flood =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (flooding.get() && opened.size() < 3000) {
                      opened.add(halfHandshake(port));
                      LockSupport.parkNanos(1_000_000);
                    }
                  });
      Eventually.holds("the flood", () -> opened.size() > 300);

      HostPort second = new HostPort("127.0.0.1", freePort());
      try (HazelcastFleet joined =
          HazelcastFleet.start(
              settings(second, members.addresses(), key), InstantSource.system())) {
        assertThat(flooding.compareAndSet(true, false)).isTrue();
        flood.join();
        assertThat(joined.members()).hasSize(2);
        for (Socket socket : opened) {
          assertThat(endOf(socket)).isEmpty();
        }
        assertThat(joined.members()).hasSize(2);
      }
    } finally {
      for (Socket socket : opened) {
        socket.close();
      }
    }
  }

  /** Five bytes: the head of a TLS record that never comes. */
  private static Socket halfHandshake(int port) {
    try {
      var socket = new Socket("127.0.0.1", port);
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(new byte[] {22, 3, 1, 2, 0});
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] endOf(Socket socket) throws IOException {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (java.net.SocketException _) {
      return new byte[0];
    }
  }

  @Test
  void aTlsClientWithoutACertificateIsRefused() throws Exception {
    try (Members members = Members.start(1, FleetKey.generate())) {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {new TrustsAnyone()}, null);
      var refused = new CompletableFuture<Boolean>();
      try (SSLSocket socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket("127.0.0.1", members.addresses().getFirst().port())) {
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        socket.getOutputStream().write("HZC".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        refused.complete(socket.getInputStream().read() < 0);
      } catch (SSLException | java.net.SocketException _) {
        refused.complete(true);
      }
      assertThat(refused.get()).isTrue();
    }
  }

  private static final class TrustsAnyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String authType) {}

    @Override
    public java.security.cert.X509Certificate[] getAcceptedIssuers() {
      return new java.security.cert.X509Certificate[0];
    }
  }
}
