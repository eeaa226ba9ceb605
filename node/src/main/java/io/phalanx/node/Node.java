package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.lease.LeaseTask;
import io.phalanx.cluster.local.LocalBreakers;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSlots;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.node.accesslog.AccessLogWriter;
import io.phalanx.node.accesslog.AccessLogs;
import io.phalanx.node.activation.Activator;
import io.phalanx.node.activation.Compiled;
import io.phalanx.node.activation.Compiler;
import io.phalanx.node.activation.Contents;
import io.phalanx.node.activation.EntryPointModel;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.node.activation.ServiceParts;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.buffering.SpoolSpace;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.forwarding.HttpForwarder;
import io.phalanx.node.health.ForwardedProbes;
import io.phalanx.node.health.HealthChecks;
import io.phalanx.node.logging.Logging;
import io.phalanx.node.metrics.Metrics;
import io.phalanx.node.metrics.MetricsEndpoint;
import io.phalanx.node.middleware.Counts;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.middleware.MiddlewareParts;
import io.phalanx.node.middleware.Notices;
import io.phalanx.node.password.PasswordChecks;
import io.phalanx.node.ping.Ping;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.pipeline.Routing;
import io.phalanx.node.provision.SnapshotPublisher;
import io.phalanx.node.settings.LogSettings;
import io.phalanx.node.settings.MetricsSettings;
import io.phalanx.node.settings.ProvidersSettings;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.systemd.InheritedSockets;
import io.phalanx.node.tls.DefaultCertificate;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.TlsTable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running node: everything that settings and a fleet make of this process. */
final class Node {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** How long the ports stay closed for a provider that has nothing to say yet. */
  private static final Duration FIRST_CONFIGURATION_LIMIT = Duration.ofSeconds(2);

  /** What bodies that are kept to be sent again may take up together, in bytes. */
  private static final long KEPT_BODIES = 64 << 20;

  /** What those that compress answers may take up together, outside of the heap, in bytes. */
  private static final long CODERS = 64 << 20;

  /** Copies of requests that are in work at one time. */
  private static final int MOST_COPIES = 1_000;

  /** What ping answers while the node stops, unless told otherwise. */
  private static final int TERMINATING = 503;

  private final Fleet fleet;
  private final Workers workers;
  private final HttpForwarder forwarder;
  private final ScheduledExecutorService scheduler;
  private final Ping ping;
  private final MemoryBound bodies = new MemoryBound(KEPT_BODIES, () -> {});
  private final MiddlewareParts parts;
  private final Copies copies;
  private final SessionMemory sessions;
  private final HealthChecks health;
  private final Optional<Metrics> metrics;
  private final Optional<NodeMetrics> shown;
  private final AccessLogs accessLogs = new AccessLogs();
  private final EntryPoints entryPoints;
  private final CompletableFuture<ServerCertificate> defaultCertificate =
      CompletableFuture.supplyAsync(() -> DefaultCertificate.generate(Instant.now()));
  private final LocalBreakers breakers = new LocalBreakers(System::nanoTime);
  private final Counts onFleet;

  /** What outlives a change of settings, as the fleet's counts do. */
  private final Counts onNode;

  private final OwnSettings own;
  private final SettingsPlans plans;
  private final Activator activator;
  private final SnapshotPublisher publisher;
  private final RunningProviders providers;
  private final RunningResolvers resolvers;

  private volatile boolean started;

  /** Guarded by the activator, which serves one configuration after another. */
  private Optional<LogSettings.Log> log;

  /**
   * @param prepared what is served at the start
   * @param own what of it this node was given itself
   * @param inherited sockets that were opened for this process
   */
  Node(
      NodeStarter starter,
      NodeStarter.Prepared prepared,
      OwnSettings own,
      Fleet fleet,
      InheritedSockets inherited)
      throws IOException {
    Settings settings = prepared.settings();
    this.fleet = fleet;
    this.onFleet = new Counts(fleet.budgets(), fleet.slots(), fleet.quotas(), fleet.breakers());
    this.onNode =
        new Counts(
            new LocalBudgets(System::nanoTime), new LocalSlots(), fleet.nodeQuotas(), breakers);
    this.own = own;
    this.log = settings.log();
    this.sessions = new SessionMemory(fleet.sessions());
    this.workers = Workers.start(Runtime.getRuntime().availableProcessors());
    this.forwarder = new HttpForwarder();
    this.parts =
        new MiddlewareParts(
            PasswordChecks.start(),
            fleet::signing,
            forwarder,
            options -> forwarder.transport(TransportMapping.options(options)),
            new MemoryBound(CODERS, () -> {}),
            SpoolSpace.of(bodies),
            new Notices());
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("scheduler").factory());
    this.health =
        new HealthChecks(
            new ForwardedProbes(forwarder, forwarder.tcp(), workers.ioThreads()),
            scheduler,
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextDouble());
    this.ping =
        new Ping(settings.ping().map(Settings.Ping::terminatingStatusCode).orElse(TERMINATING));
    this.metrics =
        settings
            .prometheus()
            .map(
                wanted ->
                    new Metrics(
                        settings.metrics().map(MetricsSettings::addInternals).orElse(false),
                        wanted,
                        InstantSource.system()));
    this.shown = metrics.map(NodeMetrics::new);
    shown.ifPresent(shows -> shows.show(workers, forwarder));
    this.copies =
        new Copies(
            MOST_COPIES, copy -> metrics.ifPresent(counts -> counts.requests().copied(copy)));
    shown.ifPresent(shows -> shows.showBreakers(List.of(fleet.breakers(), breakers)));
    this.resolvers = new RunningResolvers(fleet, starter.environment(), shown);
    this.entryPoints = new EntryPoints(workers, observers(), inherited);
    Routing nothing = Routing.nothing(TlsTable.empty(defaultCertificate::join));
    var routing = new HashMap<String, Routing>();
    settings.entryPoints().keySet().forEach(name -> routing.put(name, nothing));
    entryPoints.serve(settings.entryPoints(), routing);
    var first = RevisionContent.of(prepared.shared());
    var contents = new Contents();
    this.plans =
        new SettingsPlans(
            starter,
            own,
            fleet.revisions().active().map(contents::of).orElse(first).settings(),
            settings,
            this::compiler,
            new Serving());
    this.activator = new Activator(plans, contents, this::taken, RunningProviders.names(settings));
    this.publisher =
        new SnapshotPublisher(
            fleet.revisions(), fleet.self().name(), first, contents, plans::hasProvider);
    this.providers =
        new RunningProviders(
            fleet,
            publisher,
            name -> plans.compiler().checker(name),
            (name, task) -> shown.<LeaseTask>map(shows -> shows.shown(name, task)).orElse(task));
  }

  private List<ExchangeObserver> observers() {
    var all = new ArrayList<ExchangeObserver>(List.of(accessLogs));
    metrics.ifPresent(counts -> all.add(counts.requests()));
    return all;
  }

  /** What settings are served by. */
  private final class Serving implements SettingsPlans.Server {
    @Override
    public void tryOut(Settings settings) throws IOException {
      entryPoints.tryOut(settings.entryPoints());
      if (settings.accessLog().isPresent()) {
        AccessLogWriter.tryOut(settings.accessLog().get());
      }
    }

    @Override
    public void serve(Settings settings, Compiled compiled) {
      ping.terminatingStatus(
          settings.ping().map(Settings.Ping::terminatingStatusCode).orElse(TERMINATING));
      try {
        accessLogs.use(settings.accessLog());
        if (!settings.log().equals(log)) {
          Logging.configure(settings.log().orElseThrow());
          log = settings.log();
        }
      } catch (IOException e) {
        LOG.error("{}; it stays as it was", e.getMessage());
      }
      entryPoints.serve(settings.entryPoints(), compiled.routing());
      if (started) {
        providers.serve(settings);
        resolvers.serve(settings);
      }
    }
  }

  private void taken(Compiled configuration) {
    forwarder.retain(configuration.targets());
    health.serve(configuration.healths());
    metrics.ifPresent(
        counts -> counts.reloaded(configuration.services(), configuration.answering()));
    resolvers.taken(configuration);
  }

  private Compiler compiler(Settings settings) {
    Map<String, Endpoint> internal =
        InternalServices.of(
            settings, ping, metrics.map(MetricsEndpoint::new), resolvers.challenges());
    List<EntryPointModel> models = new EntryPointModels(settings, internal).all();
    return new Compiler(
        models,
        settings.providers().map(ProvidersSettings::precedence).orElse(List.of()),
        new MiddlewareCompiler(
            BuiltInMiddlewares.ALL,
            (router, name) ->
                new MiddlewareContext(
                    router, name, onFleet, onNode, fleet::hasMajority, bodies, scheduler, parts)),
        internal,
        new ServiceParts(
            forwarder,
            options -> forwarder.transport(TransportMapping.options(options)),
            forwarder.transport(TransportMapping.standard(settings)),
            copies,
            bodies,
            fleet::signing,
            sessions,
            health,
            TcpMapping.parts(forwarder, settings, onFleet, onNode, fleet::hasMajority),
            fleet.self().id().hashCode()),
        resolvers.sources(settings, defaultCertificate::join));
  }

  /** Serves: takes the fleet's configuration over, runs providers, opens the ports. */
  void start() throws IOException, InterruptedException {
    accessLogs.use(plans.settings().accessLog());
    shown.ifPresent(shows -> shows.show(fleet, activator, this::standing));
    fleet.reports().tellWith(() -> standing().encode());
    shown.ifPresent(shows -> shows.show(copies));
    fleet.revisions().tryWith(this::attempt);
    shown.ifPresent(shows -> shows.show(sessions));
    shown.ifPresent(shows -> shows.show(health));
    shown.ifPresent(shows -> shows.show(entryPoints));
    fleet.revisions().subscribe(activator);
    publisher.publishFirst();
    started = true;
    providers.serve(plans.settings());
    resolvers.serve(plans.settings());
    if (!activator.awaitComplete(FIRST_CONFIGURATION_LIMIT)) {
      LOG.warn("the ports are opened although not every provider has said something yet");
    }
    defaultCertificate.join(); // No handshake is to wait for it.
    entryPoints.open();
    fleet.onMembers(members -> LOG.info("members: {}", FleetAnswers.named(members, fleet.self())));
  }

  /** Whatever goes wrong is why the fleet does not take the revision. */
  private Optional<String> attempt(Revision revision) {
    activator.prepare(revision);
    return Optional.empty();
  }

  Optional<Metrics> metrics() {
    return metrics;
  }

  Activator.State active() {
    return activator.state();
  }

  Fleet fleet() {
    return fleet;
  }

  RunningResolvers resolvers() {
    return resolvers;
  }

  Settings settings() {
    return plans.settings();
  }

  /** How this node stands. Reads what it is given. */
  Standing standing() {
    var troubles = new ArrayList<>(entryPoints.failures());
    plans.trouble().ifPresent(troubles::addFirst);
    fleet
        .unwritten()
        .ifPresent(
            reason -> troubles.addFirst("what the fleet agrees on is not written: " + reason));
    return Standing.of(
        activator.state(), fleet, plans.afterRestart(), plans.drift(), troubles, own.isUnread());
  }

  SnapshotPublisher publisher() {
    return publisher;
  }

  AccessLogs accessLogs() {
    return accessLogs;
  }

  RunningProviders providers() {
    return providers;
  }

  /**
   * Serves the newest revision once more: what this node is given itself, or signs with, changed.
   */
  void serveAgain() {
    activator.again();
  }

  /** The same with the content that the files have by now which settings name. */
  void readFilesAgain() {
    plans.readFilesAgain();
    activator.again();
  }

  /** What all requests depend on. */
  List<IoThread> ioThreads() {
    return workers.ioThreads();
  }

  EntryPoints entryPoints() {
    return entryPoints;
  }

  /**
   * Says that it is stopping, gives its leases back, which others can take over while this ends
   * each entry point in its own time, with what is on its way, and leaves the fleet.
   */
  void stop() {
    ping.stopping();
    LOG.info("stopping");
    Thread handingOver = Thread.ofVirtual().name("leases").start(providers::close);
    Thread resolving = Thread.ofVirtual().name("resolvers").start(resolvers::close);
    long end = System.nanoTime() + entryPoints.longestStop().toNanos();
    entryPoints.stop();
    // Copies of the last requests have what is left of that time.
    Farewell.all(List.of(Farewell.to(copies::active, Duration.ofNanos(end - System.nanoTime()))));
    Farewell.await(List.of(handingOver, resolving));
    fleet.close();
    health.close();
    forwarder.close();
    scheduler.shutdownNow();
    parts.passwords().close();
    workers.close();
    metrics.ifPresent(Metrics::close);
    accessLogs.close();
    LOG.info("stopped");
  }
}
