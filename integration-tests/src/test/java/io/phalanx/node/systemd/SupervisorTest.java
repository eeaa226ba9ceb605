package io.phalanx.node.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.phalanx.it.harness.DatagramReceiver;
import io.phalanx.node.entrypoint.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class SupervisorTest {
  private static final long PID = ProcessHandle.current().pid();

  private final Logger logger = (Logger) LoggerFactory.getLogger(Supervisor.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @TempDir private Path directory;

  @BeforeEach
  void listenToTheLog() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void leaveTheLog() {
    logger.detachAppender(log);
  }

  private List<String> warnings() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsHowTheProcessStandsByPathAndByAbstractName(boolean isAbstract) {
    String name =
        isAbstract ? "@phalanx-test-" + PID + '-' + System.nanoTime() : directory + "/notify";
    try (var systemd = new DatagramReceiver(name);
        Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", name), PID)) {
      supervisor.starting("joins the fleet edge");
      assertThat(systemd.next())
          .isEqualTo("STATUS=joins the fleet edge\nEXTEND_TIMEOUT_USEC=20000000");

      supervisor.ready(() -> "serves\nrevision 1");
      assertThat(systemd.nextWith("READY=1")).isEqualTo("READY=1\nSTATUS=serves revision 1");

      long before = System.nanoTime() / 1000;
      supervisor.reload(() -> {});
      String reloading = systemd.nextWith("RELOADING=1");
      assertThat(Long.parseLong(reloading.split("MONOTONIC_USEC=")[1]))
          .isBetween(before, System.nanoTime() / 1000);
      assertThat(systemd.next()).isEqualTo("READY=1");

      supervisor.stopping(() -> "drains", Duration.ofSeconds(60));
      assertThat(systemd.next()).isEqualTo("STOPPING=1");
      assertThat(systemd.next()).isEqualTo("STATUS=drains\nEXTEND_TIMEOUT_USEC=20000000");
    }
    assertThat(warnings()).isEmpty();
  }

  @Test
  void asksForMoreTimeUntilItIsReady() {
    String name = directory + "/notify";
    try (var systemd = new DatagramReceiver(name);
        Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", name), PID)) {
      supervisor.starting("joins");
      systemd.next();

      assertThat(systemd.next()).isEqualTo("EXTEND_TIMEOUT_USEC=20000000");

      var looks = new AtomicInteger();
      supervisor.ready(() -> "look " + looks.incrementAndGet());
      systemd.nextWith("READY=1");
      assertThat(systemd.next()).isEqualTo("STATUS=look 2");
    }
  }

  @Test
  void aReloadThatFailsEnds() {
    String name = directory + "/notify";
    try (var systemd = new DatagramReceiver(name);
        Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", name), PID)) {
      assertThatThrownBy(
              () ->
                  supervisor.reload(
                      () -> {
                        throw new IllegalStateException("broken");
                      }))
          .hasMessage("broken");

      systemd.next(text -> text.startsWith("RELOADING=1\n"));
      assertThat(systemd.next()).isEqualTo("READY=1");
    }
  }

  @Test
  void aStateIsOneLineOfBoundedLength() {
    String name = directory + "/notify";
    try (var systemd = new DatagramReceiver(name);
        Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", name), PID)) {
      supervisor.ready(() -> "a\nWATCHDOG=1" + "x".repeat(10_000));

      assertThat(systemd.next().lines().toList())
          .hasSize(2)
          .last()
          .asString()
          .startsWith("STATUS=a WATCHDOG=1x")
          .hasSizeLessThan(600);
    }
  }

  @Test
  void aStateThatCannotBeToldHoldsUpNothing() {
    String name = directory + "/notify";
    try (var systemd = new DatagramReceiver(name);
        Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", name), PID)) {
      supervisor.ready(
          () -> {
            throw new IllegalStateException("the fleet has ended");
          });
      assertThat(systemd.next()).isEqualTo("READY=1");

      supervisor.ready(() -> "well");
      assertThat(systemd.next()).isEqualTo("READY=1\nSTATUS=well");
    }
  }

  @Test
  void aThreadThatHasEndedDoesNotEndTheWatchdog() {
    var alive = new AtomicInteger();
    Executor ended =
        _ -> {
          throw new RejectedExecutionException();
        };
    var watchdog = new Watchdog(List.of(ended, Runnable::run), alive::incrementAndGet);

    watchdog.look();
    watchdog.look();

    assertThat(alive).hasValue(2);
  }

  @Test
  void theWatchdogIsFedAsLongAsAllThreadsAnswer() {
    String name = directory + "/notify";
    Map<String, String> environment =
        Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "20000", "WATCHDOG_PID", Long.toString(PID));
    try (var systemd = new DatagramReceiver(name);
        Supervisor supervisor = Supervisor.of(environment, PID)) {
      supervisor.watch(List.of(Runnable::run, task -> Thread.ofVirtual().start(task)));

      for (int i = 0; i < 3; i++) {
        assertThat(systemd.nextWith("WATCHDOG=1")).isEqualTo("WATCHDOG=1");
      }
    }
  }

  @Test
  void aThreadThatDoesNotAnswerEndsTheWatchdog() {
    var held = new ArrayDeque<Runnable>();
    var alive = new AtomicInteger();
    Executor hanging = held::add;
    var watchdog = new Watchdog(List.of(Runnable::run, hanging), alive::incrementAndGet);

    for (int i = 0; i < 5; i++) {
      watchdog.look();
    }
    assertThat(alive).hasValue(0);
    assertThat(held).as("is asked once").hasSize(1);

    held.remove().run();
    assertThat(alive).hasValue(1);

    watchdog.look();
    held.remove().run();
    assertThat(alive).hasValue(2);
  }

  @Test
  void anIoThreadThatHangsEndsTheWatchdog() throws Exception {
    var hangs = new CountDownLatch(1);
    var goesOn = new CountDownLatch(1);
    var alive = new Semaphore(0);
    try (Workers workers = Workers.start(2)) {
      var watchdog = new Watchdog(List.<Executor>copyOf(workers.ioThreads()), alive::release);
      watchdog.look();
      alive.acquire();

      workers
          .ioThreads()
          .getLast()
          .execute(
              () -> {
                hangs.countDown();
                awaitUninterruptibly(goesOn);
              });
      hangs.await();
      watchdog.look();
      var others = new CountDownLatch(1);
      workers.ioThreads().getFirst().execute(others::countDown);
      others.await();
      assertThat(alive.tryAcquire()).isFalse();

      goesOn.countDown();
      alive.acquire();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "1", "99999999999999999999"})
  void aWatchdogThatCannotBeIsLeftAlone(String micros) {
    watches(Map.of("WATCHDOG_USEC", micros));

    assertThat(warnings()).hasSize(micros.isEmpty() ? 0 : 1);
  }

  @Test
  void aWatchdogThatIsForAnotherProcessIsLeftAlone() {
    watches(Map.of("WATCHDOG_USEC", "20000", "WATCHDOG_PID", Long.toString(PID + 1)));

    assertThat(warnings()).isEmpty();
  }

  /** No thread is asked. */
  private void watches(Map<String, String> environment) {
    String name = directory + "/notify";
    var all = new java.util.HashMap<>(environment);
    all.put("NOTIFY_SOCKET", name);
    var asked = new ArrayList<Runnable>();
    try (var systemd = new DatagramReceiver(name);
        Supervisor supervisor = Supervisor.of(all, PID)) {
      supervisor.watch(List.of(asked::add));
      supervisor.ready(() -> "serves");
      systemd.nextWith("READY=1");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void withoutSystemdNothingIsDone() {
    try (Supervisor supervisor = Supervisor.of(Map.of(), PID)) {
      var read = new AtomicInteger();
      supervisor.starting("a");
      supervisor.watch(List.of());
      supervisor.ready(() -> "b");
      supervisor.reload(read::incrementAndGet);
      supervisor.stopping(() -> "c", Duration.ZERO);

      assertThat(read).hasValue(1);
    }
    assertThat(warnings()).isEmpty();
  }

  @Test
  void aSocketThatIsNotThereOrMayNotBeUsedIsToldOnceAndNothingElseHappens() throws Exception {
    try (Supervisor supervisor =
        Supervisor.of(Map.of("NOTIFY_SOCKET", directory + "/nobody"), PID)) {
      supervisor.starting("a");
      supervisor.ready(() -> "b");
    }
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains(directory + "/nobody", "there is no such socket");

    Path shut = Files.createDirectory(directory.resolve("shut"));
    try (var _ = new DatagramReceiver(shut + "/notify")) {
      Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("---------"));
      if (!Files.isReadable(shut)) { // Root may all.
        log.list.clear();
        try (Supervisor supervisor =
            Supervisor.of(Map.of("NOTIFY_SOCKET", shut + "/notify"), PID)) {
          supervisor.ready(() -> "b");
        }
        assertThat(warnings()).singleElement().asString().contains("permission denied");
      }
    } finally {
      Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"notify", "vsock:2:1", "@", "/"})
  void aNameThatNoSocketHasIsTold(String name) {
    try (Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", name), PID)) {
      supervisor.ready(() -> "a");
    }

    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("NOTIFY_SOCKET", '"' + name + '"', "is neither a path nor @ and a name");
  }

  @Test
  void aPathIsAsLongAsAnAddressHolds() throws Exception {
    String longest = "/" + "a".repeat(106);

    NotifySocket.to(longest).close();

    assertThatThrownBy(() -> NotifySocket.to(longest + "a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has 108 bytes; the path of a socket has at most 107");
  }

  @Test
  void whatIsTooLongForAMessageIsNotSent() throws Exception {
    try (var socket = NotifySocket.to(directory + "/notify")) {
      assertThatThrownBy(() -> socket.send("x".repeat(4097)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("4097 bytes");
    }
  }

  @Test
  void aSystemdThatIsGoneDoesNotHoldTheEnd() {
    String name = directory + "/notify";
    long start = System.nanoTime();
    try (var _ = new DatagramReceiver(name);
        Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", name), PID)) {
      // Nobody takes them; the queue is full after some.
      for (int i = 0; i < 5000; i++) {
        supervisor.starting("state " + i);
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }
}
