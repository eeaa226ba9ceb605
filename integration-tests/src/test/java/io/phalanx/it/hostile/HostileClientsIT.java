package io.phalanx.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.benchmark.ProcessorTime;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.hostile.AttackerProcess.Report;
import io.phalanx.it.hostile.PoliteClients.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One node, as it is shipped, under each {@link Attack} in turn, with polite clients beside: none
 * of them loses a request, what the node holds stays within its bounds, and offenders are sent
 * away. Theirs is a server of its own: one that is attacked answers late, whoever asks. How long
 * answers took is printed, and asserted only roughly: the machine's cores carry the node, its
 * server, those who ask and, with the lowest priority, the attacker. What that costs without any
 * attack is in the table, too.
 *
 * <p>{@code -Dhostile.seconds=20} lets each attack go on for that long; {@code
 * -Dhostile.only='PING|IDLE'} leaves out those in whose names that expression is not found; {@code
 * -Dhostile.jvm="-Xlog:gc:file=gc.log"} are options of the node's JVM.
 */
class HostileClientsIT {
  private static final int SECONDS = Integer.getInteger("hostile.seconds", 3);
  private static final Pattern ONLY = Pattern.compile(System.getProperty("hostile.only", ""));

  /** What a node may have of a machine's memory: 512 MiB of heap, as much beside it, and itself. */
  private static final long MOST_MIB = 1300;

  /** What is reachable on the heap when an attack is over. */
  private static final long MOST_LEFT_MIB = 64;

  /** Far beyond what is wished for, twice the quiet one: less would measure the machine. */
  private static final double MOST_MILLIS = 5000;

  @TempDir private static Path directory;

  private static FastOrigin origin;
  private static FastOrigin politeOrigin;
  private static Silence silence;
  private static NodeProcess node;
  private static AttackerProcess attacker;
  private static int port;
  private static int securePort;
  private static Measured quiet;
  private static final StringBuilder TABLE = new StringBuilder();

  /** What was seen while something went on. */
  private record Measured(
      PoliteClients clients, Report attack, double cores, long resident, long left) {
    double worst(Kind kind) {
      return clients.latencies(kind).millis(0.99);
    }
  }

  private static final String HEADER =
      "\n%-30s %8s %8s %7s %8s %6s | %-23s | %-23s %6s\n"
          .formatted(
              "beside",
              "opened",
              "ended",
              "MiB in",
              "cores",
              "MiB",
              "p50 kept, anew, HTTP/2",
              "p99 in ms",
              "ratio");

  private static void row(String name, Measured seen) {
    TABLE.append(
        "%-30s %8d %8d %7d %8.2f %6d | %7.2f %7.2f %7.2f | %7.2f %7.2f %7.2f %6.1f\n"
            .formatted(
                name,
                seen.attack.opened(),
                seen.attack.ended(),
                seen.attack.sent(),
                seen.cores,
                seen.resident,
                seen.clients.latencies(Kind.KEPT).millis(0.5),
                seen.clients.latencies(Kind.ANEW).millis(0.5),
                seen.clients.latencies(Kind.HTTP2).millis(0.5),
                seen.worst(Kind.KEPT),
                seen.worst(Kind.ANEW),
                seen.worst(Kind.HTTP2),
                ratio(seen)));
  }

  /** The worst of the three. */
  private static double ratio(Measured seen) {
    return Stream.of(Kind.values())
        .mapToDouble(kind -> seen.worst(kind) / quiet.worst(kind))
        .max()
        .orElseThrow();
  }

  @BeforeAll
  static void start() throws Exception {
    origin = FastOrigin.start();
    politeOrigin = FastOrigin.startForFew();
    silence = new Silence();
    List<Integer> ports = Ports.free(2);
    port = ports.getFirst();
    securePort = ports.getLast();
    Files.writeString(
        directory.resolve("routes.yml"),
        """
        http:
          routers:
            app: {rule: "PathPrefix(`/`)", service: app}
            silence: {rule: "Path(`%4$s`)", service: silence}
            polite: {rule: "Path(`%1$s`)", service: polite}
            secure: {rule: "Path(`%1$s`)", service: polite, tls: {}}
          services:
            app: {loadBalancer: {servers: [{url: "%2$s"}]}}
            polite: {loadBalancer: {servers: [{url: "%3$s"}]}}
            silence: {loadBalancer: {servers: [{url: "%5$s"}]}}
        """
            .formatted(Asker.PATH, origin.url(), politeOrigin.url(), Silence.PATH, silence.url()));
    node = NodeProcess.startWith(jvmOptions(), directory.resolve("node"), arguments());
    try (Client client = new Client()) {
      client.await(port, Asker.PATH, FastOrigin.BODY, Duration.ofSeconds(30));
    }
    attacker = AttackerProcess.start(directory.resolve("attacker.log"), port, securePort);
    beside(Attacker.SPIN, SECONDS); // What is run for the first time is slow.
    quiet = beside(Attacker.REST, 2 * SECONDS);
    row("quiet", quiet);
    row("a busy machine", beside(Attacker.SPIN, SECONDS));
  }

  private static List<String> jvmOptions() {
    return Stream.of(System.getProperty("hostile.jvm", "").split(" "))
        .filter(option -> !option.isEmpty())
        .toList();
  }

  private static List<String> arguments() {
    var arguments = new ArrayList<String>();
    arguments.add("--providers.file.filename=" + directory.resolve("routes.yml"));
    Map.of("web", port, "secure", securePort)
        .forEach(
            (name, at) -> {
              String entryPoint = "--entryPoints." + name + '.';
              String timeouts = entryPoint + "transport.respondingTimeouts.";
              arguments.add(entryPoint + "address=127.0.0.1:" + at);
              arguments.add(timeouts + "readTimeout=1s");
              arguments.add(timeouts + "writeTimeout=1s");
            });
    return arguments;
  }

  @AfterAll
  static void end() throws IOException {
    System.out.println(HEADER + TABLE);
    attacker.close();
    node.close();
    origin.close();
    politeOrigin.close();
    silence.close();
  }

  static Stream<Attack> attacks() {
    return Stream.of(Attack.values()).filter(attack -> ONLY.matcher(attack.name()).find());
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void servesOthersBeside(Attack attack) throws Exception {
    String name = attack.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    withstands(attack, name);
    // Once more, without what the node's JVM does when code is run for the first time.
    withstands(attack, name + ", again");
  }

  private static void withstands(Attack attack, String name) throws Exception {
    Measured seen = beside(attack.name(), SECONDS);
    row(name, seen);

    assertThat(node.isAlive()).isTrue();
    assertThat(seen.clients.failures()).isEmpty();
    assertThat(seen.attack.opened()).as("connections of the attack").isPositive();
    if (attack.isOffence()) {
      assertThat(seen.attack.ended()).as("connections that the node ended").isPositive();
    }
    assertThat(seen.resident).as("MiB of memory").isLessThan(MOST_MIB);
    assertThat(seen.left).as("MiB left on the heap").isLessThan(MOST_LEFT_MIB);
    for (Kind kind : Kind.values()) {
      assertThat(seen.worst(kind)).as(kind + ", ms at p99").isLessThan(MOST_MILLIS);
    }
  }

  /** What polite clients see while something goes on. */
  private static Measured beside(String what, int seconds) throws Exception {
    long pid = node.pid();
    PoliteClients clients = PoliteClients.start(port, securePort);
    long ticks = ProcessorTime.ofProcess(pid);
    long start = System.nanoTime();
    attacker.begin(what, seconds);
    Report report = attacker.report();
    clients.stop();
    double elapsed = (System.nanoTime() - start) / 1e9;
    double cores =
        (ProcessorTime.ofProcess(pid) - ticks) / elapsed / ProcessorTime.TICKS_PER_SECOND;
    long resident = ProcessMemory.resident(pid);
    return new Measured(clients, report, cores, resident, ProcessMemory.liveHeap(pid));
  }
}
