package io.phalanx.it.fleet;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import io.phalanx.cluster.hazelcast.HazelcastFleet;
import io.phalanx.cluster.key.FleetKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * A member as a process of its own that takes all it gets of one budget and writes down what it
 * got. Takes part from its start until its end; answers {@code members} with how many it sees.
 */
final class TakingMember {
  /** What can be written down: of each, two times. */
  static final int MOST = 1 << 20;

  private static final String KEY = "everyone's";
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int TAKERS = 4;
  private static final long PAUSE = Duration.ofMillis(1).toNanos();

  private final HazelcastFleet fleet;
  private final Limit limit;
  private final ByteBuffer record;
  private final AtomicInteger recorded = new AtomicInteger();

  private TakingMember(HazelcastFleet fleet, Limit limit, ByteBuffer record) {
    this.fleet = fleet;
    this.limit = limit;
    this.record = record;
  }

  /**
   * @param args where it listens, what it advertises, whom it joins (none if it may found the
   *     fleet), the fleet key, its directory, where it writes down, burst, tokens a second
   */
  public static void main(String[] args) throws Exception {
    // Whoever started this reads answers alone; what is logged goes where errors go.
    PrintStream answers = System.out;
    System.setOut(System.err);
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
    List<HostPort> join =
        Stream.of(args[2].split(",")).filter(one -> !one.isEmpty()).map(HostPort::parse).toList();
    var settings =
        new FleetSettings(
            "taking",
            HostPort.parse(args[0]),
            HostPort.parse(args[1]),
            join,
            join.isEmpty(),
            List.of(FleetKey.parse(args[3])),
            Path.of(args[4]));
    var limit = new Limit(Long.parseLong(args[6]), Long.parseLong(args[7]), Duration.ofSeconds(1));
    ByteBuffer record = map(Path.of(args[5]));
    HazelcastFleet fleet = HazelcastFleet.start(settings, InstantSource.system());
    var member = new TakingMember(fleet, limit, record);
    for (int taker = 0; taker < TAKERS; taker++) {
      Thread.ofPlatform().daemon().start(member::take);
    }
    member.answer(answers);
  }

  /** What is written to it outlives the process, however that ends. */
  private static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, 2L * Long.BYTES * MOST);
    }
  }

  private void take() {
    while (true) {
      long asked = System.nanoTime();
      Grant grant =
          fleet.budgets().take(KEY, limit, Duration.ZERO, PATIENCE).toCompletableFuture().join();
      switch (grant) {
        case Grant.Admitted _ -> writeDown(asked, System.nanoTime());
        case Grant.Refused(Duration retryAfter) ->
            LockSupport.parkNanos(Math.clamp(retryAfter.toNanos(), 1, PAUSE));
        case Grant.Unavailable _ -> LockSupport.parkNanos(PAUSE);
      }
    }
  }

  private void writeDown(long asked, long admitted) {
    int at = 2 * Long.BYTES * recorded.getAndIncrement();
    record.putLong(at, asked);
    record.putLong(at + Long.BYTES, admitted);
  }

  private void answer(PrintStream answers) throws IOException {
    var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String command = commands.readLine();
    while (command != null) {
      answers.println(command.equals("members") ? fleet.members().size() : command);
      command = commands.readLine();
    }
    // Whoever started this is gone.
    Runtime.getRuntime().halt(1);
  }
}
