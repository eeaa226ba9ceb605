package io.phalanx.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.Revisions.Publication;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A fleet whose oldest member, the one that lets others in, takes new connections and is silent,
 * while another one shows the way to it. Hazelcast gives up after 20 s.
 */
class MasterOutOfReachTest {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir private Path disks;

  private final FleetKey key = FleetKey.generate();
  private final Logger joining = (Logger) LoggerFactory.getLogger(Joining.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<HazelcastFleet> members = new ArrayList<>();
  private Gate gate;
  private HostPort second;
  private HostPort third;

  /** What others reach the master by. */
  private static final class Gate implements AutoCloseable {
    private final ServerSocket listening;
    private final int behind;
    private final ConcurrentLinkedQueue<Socket> kept = new ConcurrentLinkedQueue<>();
    private volatile boolean shut;

    Gate(int behind) throws IOException {
      this.behind = behind;
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::take);
    }

    HostPort address() {
      return new HostPort("127.0.0.1", listening.getLocalPort());
    }

    private void take() {
      try {
        while (true) {
          Socket calling = listening.accept();
          kept.add(calling);
          if (!shut) {
            Thread.ofVirtual().start(() -> join(calling));
          }
        }
      } catch (IOException _) {
        // Closed.
      }
    }

    private void join(Socket calling) {
      try (calling;
          Socket called = new Socket(InetAddress.getLoopbackAddress(), behind)) {
        kept.add(called);
        Thread back = Thread.ofVirtual().start(() -> pass(called, calling));
        pass(calling, called);
        back.join();
      } catch (IOException _) {
        // The master is gone.
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    private static void pass(Socket from, Socket to) {
      try (from;
          to) {
        from.getInputStream().transferTo(to.getOutputStream());
      } catch (IOException _) {
        // One end is gone.
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
      for (Socket socket : kept) {
        socket.close();
      }
    }
  }

  @BeforeEach
  void startTwoMembers() throws Exception {
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    joining.addAppender(log);
    HostPort master = address();
    second = address();
    third = address();
    gate = new Gate(master.port());
    members.add(start(master, gate.address(), List.of()));
    members.add(start(second, second, List.of(gate.address())));
  }

  private static HostPort address() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort("127.0.0.1", socket.getLocalPort());
    }
  }

  private HazelcastFleet start(HostPort bind, HostPort advertise, List<HostPort> join)
      throws IOException, InterruptedException {
    return HazelcastFleet.start(
        new FleetSettings(
            "test",
            bind,
            advertise,
            join,
            join.isEmpty(),
            List.of(key),
            disks.resolve(Integer.toString(bind.port()))),
        InstantSource.system());
  }

  private CompletableFuture<HazelcastFleet> startThird() {
    var started = new CompletableFuture<HazelcastFleet>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                started.complete(start(third, third, List.of(second, gate.address())));
              } catch (IOException | InterruptedException | RuntimeException e) {
                started.completeExceptionally(e);
              }
            });
    return started;
  }

  @AfterEach
  void endAll() throws IOException {
    joining.detachAppender(log);
    members.forEach(HazelcastFleet::terminate);
    gate.close();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s within %s", what, LIMIT).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void aNodeGoesOnTryingUntilTheMasterCanBeReached() throws Exception {
    gate.shut = true;

    CompletableFuture<HazelcastFleet> started = startThird();

    await(
        "a line in the log",
        () ->
            started.isDone()
                || log.list.stream()
                    .anyMatch(
                        event ->
                            event
                                .getFormattedMessage()
                                .startsWith("fleet test: a member of those at [" + second + ", ")));
    assertThat(started).as("still trying").isNotDone();
    gate.shut = false;
    members.add(started.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
    assertThat(members.getLast().members()).hasSize(3);
  }

  /** Nor does the master reach it. */
  @Test
  void oneThatBelongsToTheFleetServesFromItsDiskAndIsLetInLater() throws Exception {
    assertThat(
            members
                .getFirst()
                .revisions()
                .publish(Optional.empty(), "author", "what the fleet serves"))
        .isInstanceOf(Publication.Accepted.class);
    try (Gate own = new Gate(third.port())) {
      List<HostPort> join = List.of(second, gate.address());
      HazelcastFleet before = start(third, own.address(), join);
      assertThat(before.members()).hasSize(3);
      before.terminate();
      await("its absence", () -> members.getFirst().members().size() == 2);
      gate.shut = true;
      own.shut = true;

      members.add(start(third, own.address(), join));

      assertThat(members.getLast().members()).hasSize(1);
      assertThat(members.getLast().revisions().active().map(Revision::content))
          .contains("what the fleet serves");
      gate.shut = false;
      own.shut = false;
      await("three members", () -> members.getLast().members().size() == 3);
    }
  }
}
