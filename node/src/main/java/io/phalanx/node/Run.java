package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.node.activation.Activator;
import io.phalanx.node.admin.AdminSocket;
import io.phalanx.node.command.Version;
import io.phalanx.node.demo.ParentProcess;
import io.phalanx.node.logging.Journal;
import io.phalanx.node.logging.Logging;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.systemd.InheritedSockets;
import io.phalanx.node.systemd.Supervisor;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code phalanx run}: serves until it is told to stop. Knows nothing of the command line's parser,
 * whose classes take longer to load than all of ours.
 */
final class Run {
  static final int EXIT_FAILURE = 1;
  static final int EXIT_CONFIGURATION = 2;

  /** How long a node may take to leave its fleet when nothing is on its way any more. */
  private static final Duration LEAVING = Duration.ofSeconds(45);

  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  private final Map<String, String> environment;
  private final PrintWriter errors;
  private final CountDownLatch end;
  private final AtomicInteger toldToStop = new AtomicInteger();

  /**
   * @param errors what is wrong with the configuration goes there
   * @param end when it is down the node stops; signals count it down, too
   */
  Run(Map<String, String> environment, PrintWriter errors, CountDownLatch end) {
    this.environment = environment;
    this.errors = errors;
    this.end = end;
  }

  /**
   * @param arguments flags as Traefik's
   * @return how the process ends
   */
  int serve(List<String> arguments) throws InterruptedException {
    // Also while it still joins: the shutdown hook stops what there is by then.
    ParentProcess.whenEnded(environment, () -> System.exit(EXIT_FAILURE));
    var starter = new NodeStarter(environment, Path.of("").toAbsolutePath());
    try {
      NodeStarter.Prepared own = starter.prepare(arguments);
      if (own.settings().log().isPresent()) {
        Logging.configure(own.settings().log().get());
      }
      own.warnings().forEach(warning -> LOG.warn("{}", warning));
      try (var supervisor = Supervisor.of(environment, ProcessHandle.current().pid())) {
        return join(starter, own, arguments, supervisor);
      }
    } catch (NodeStarter.RefusedException e) {
      String priority = Journal.isAt(environment, 2) ? Journal.ERROR : "";
      e.problems().forEach(problem -> errors.println(priority + problem));
      errors.println(priority + "Nothing was started: " + e.getMessage() + ".");
      return (e.mayPass() ? ExitStatus.TAKEN : ExitStatus.CONFIGURATION).code();
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      return failed(e);
    }
  }

  private int join(
      NodeStarter starter, NodeStarter.Prepared own, List<String> arguments, Supervisor supervisor)
      throws IOException, InterruptedException, NodeStarter.RefusedException {
    supervisor.starting(
        own.settings()
            .fleet()
            .map(fleet -> "joins the fleet " + fleet.name())
            .orElse("starts on its own"));
    Fleet fleet = starter.join(own.settings());
    awaitFirstRevision(own.settings(), fleet, supervisor);
    supervisor.starting("makes the configuration ready");
    NodeStarter.Prepared prepared = starter.underFleet(own, fleet);
    if (!prepared.settings().log().equals(own.settings().log())) {
      Logging.configure(prepared.settings().log().orElseThrow());
    }
    return serve(starter, prepared, new OwnSettings(starter, arguments, own), fleet, supervisor);
  }

  /**
   * What a node that joins was given itself is no first revision, even if the founder has not come
   * to publish its own. Who founded is told by the ledger: a founder that broke off may be started
   * again without {@code bootstrap}.
   */
  private static void awaitFirstRevision(Settings own, Fleet fleet, Supervisor supervisor)
      throws InterruptedException {
    boolean mayFound = own.fleet().map(Settings.FleetBlock::bootstrap).orElse(true);
    boolean founded = fleet.known().getFirst().self();
    if (mayFound || founded || fleet.revisions().active().isPresent()) {
      return;
    }
    supervisor.starting("waits for the first revision of the fleet");
    LOG.info("waits for the first revision, which the node that founded the fleet publishes");
    var there = new CountDownLatch(1);
    fleet.revisions().subscribe(_ -> there.countDown());
    there.await();
  }

  private int serve(
      NodeStarter starter,
      NodeStarter.Prepared prepared,
      OwnSettings own,
      Fleet fleet,
      Supervisor supervisor)
      throws IOException, InterruptedException {
    LOG.info(
        "Phalanx {} on Java {}, configuration: {}",
        Version.current().phalanx(),
        Version.current().java(),
        prepared.file().map(Path::toString).orElse("no file"));
    var node =
        new Node(
            starter,
            prepared,
            own,
            fleet,
            InheritedSockets.of(environment, ProcessHandle.current().pid()));
    node.metrics()
        .ifPresent(
            metrics ->
                metrics.counter(
                    "phalanx_access_log_dropped_total",
                    "Lines of the access log that were lost: the disk was too slow or full.",
                    node.accessLogs()::dropped));
    var ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(node, supervisor, ended)));
    Signals.on("TERM", () -> told("TERM", 15));
    Signals.on("INT", () -> told("INT", 2));
    // Logs are rotated while a node waits for its fleet, too.
    Signals.on("USR1", node.accessLogs()::reopen);
    try {
      node.start();
    } catch (IOException e) {
      int code = failed(e);
      stop(node, supervisor, ended);
      return code;
    }
    var rereading = new Rereading(node, own);
    // After a change of what this node is given.
    Signals.on("HUP", () -> supervisor.reload(rereading::withFiles));
    var threads = new ArrayList<Executor>(node.ioThreads());
    threads.add(task -> Thread.ofVirtual().name("alive").start(task));
    supervisor.watch(threads);
    var commands = new NodeCommands(node, starter, rereading, end::countDown);
    try (Closeable _ = answering(commands, starter.dataDirectory(prepared.settings()))) {
      supervisor.ready(() -> served(node));
      end.await();
    }
    stop(node, supervisor, ended);
    return ExitStatus.STOPPED.code();
  }

  /** Open before anybody is told that the node is ready: whoever waits for that may ask at once. */
  private static Closeable answering(NodeCommands commands, Path dataDirectory) {
    try {
      return AdminSocket.open(dataDirectory, commands.all());
    } catch (IOException e) {
      LOG.warn("commands about this node will not work: {}", e.getMessage());
      return () -> {};
    }
  }

  private static int failed(Exception failure) {
    LOG.error(
        "the node cannot start: {}",
        failure instanceof FileSystemException of ? described(of) : failure.getMessage());
    return ExitStatus.of(failure).code();
  }

  /** Its message may be the file alone. */
  private static String described(FileSystemException failure) {
    return failure instanceof AccessDeniedException
        ? failure.getFile() + ": permission denied"
        : String.valueOf(failure.getMessage());
  }

  /** The second time nothing is waited for any more. */
  private void told(String signal, int number) {
    if (toldToStop.getAndIncrement() > 0) {
      LOG.warn("told to stop once more (SIG{}): ends at once", signal);
      Runtime.getRuntime().halt(128 + number);
    }
    end.countDown();
  }

  private static String served(Node node) {
    Activator.State active = node.active();
    int problems = active.problems().size();
    return "serves revision %d: routers %d, members %d%s%s"
        .formatted(
            active.number(),
            active.routers(),
            node.fleet().members().size(),
            problems == 0 ? "" : ", problems " + problems,
            node.fleet().unwritten().map(reason -> ", " + reason).orElse(""));
  }

  /** Once, whoever comes first: the signal or the end of the JVM. */
  private synchronized void stop(Node node, Supervisor supervisor, CountDownLatch ended) {
    end.countDown();
    if (ended.getCount() > 0) {
      EntryPoints entryPoints = node.entryPoints();
      supervisor.stopping(
          () -> "drains, in work: " + entryPoints.inWork(),
          entryPoints.longestStop().plus(LEAVING));
      node.stop();
      ended.countDown();
    }
  }
}
