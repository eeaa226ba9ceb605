package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.lease.LeaseTask;
import io.phalanx.cluster.lease.Leases.Candidacy;
import io.phalanx.cluster.local.LocalBreakers;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSlots;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.node.activation.Activator;
import io.phalanx.node.activation.Compiled;
import io.phalanx.node.activation.Compiler;
import io.phalanx.node.activation.EntryPointModel;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.node.activation.ServiceParts;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.EntryPointOptions;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.forwarding.HttpForwarder;
import io.phalanx.node.metrics.Metrics;
import io.phalanx.node.metrics.MetricsEndpoint;
import io.phalanx.node.middleware.Counts;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.ping.Ping;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.pipeline.Pipeline;
import io.phalanx.node.pipeline.Routing;
import io.phalanx.node.provision.ProviderRunner;
import io.phalanx.node.provision.SnapshotPublisher;
import io.phalanx.node.settings.EntryPointSettings;
import io.phalanx.node.settings.MetricsSettings;
import io.phalanx.node.settings.ProvidersSettings;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.systemd.InheritedSockets;
import io.phalanx.node.tls.DefaultCertificate;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.TlsTable;
import io.phalanx.providers.Provider;
import io.phalanx.providers.ProviderType;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running node: everything that settings and a fleet make of this process. */
final class Node {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** How long the ports stay closed for a provider that has nothing to say yet. */
  private static final Duration FIRST_CONFIGURATION_LIMIT = Duration.ofSeconds(2);

  /** What bodies that are kept to be sent again may take up together, in bytes. */
  private static final long KEPT_BODIES = 64 << 20;

  /** Copies of requests that are in work at one time. */
  private static final int MOST_COPIES = 1_000;

  private final Settings settings;
  private final Fleet fleet;
  private final Workers workers;
  private final HttpForwarder forwarder;
  private final ScheduledExecutorService scheduler;
  private final Ping ping;
  private final MemoryBound bodies = new MemoryBound(KEPT_BODIES, () -> {});
  private final Copies copies;
  private final SessionMemory sessions;
  private final InheritedSockets inherited;
  private final Optional<Metrics> metrics;
  private final Optional<NodeMetrics> shown;
  private final Map<String, Pipeline> pipelines = new HashMap<>();
  private final CompletableFuture<ServerCertificate> defaultCertificate =
      CompletableFuture.supplyAsync(() -> DefaultCertificate.generate(Instant.now()));
  private final Compiler compiler;
  private final Activator activator;
  private final List<Candidacy> candidacies = new ArrayList<>();
  private final List<EntryPoint> entryPoints = new ArrayList<>();
  private final List<Farewell> farewells = new ArrayList<>();

  /**
   * @param inherited sockets that were opened for this process
   */
  Node(Settings settings, Fleet fleet, InheritedSockets inherited) throws IOException {
    this.inherited = inherited;
    this.settings = settings;
    this.fleet = fleet;
    this.sessions = new SessionMemory(fleet.sessions());
    this.workers = Workers.start(Runtime.getRuntime().availableProcessors());
    this.forwarder = new HttpForwarder();
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("scheduler").factory());
    this.ping = new Ping(settings.ping().map(Settings.Ping::terminatingStatusCode).orElse(503));
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
    shown.ifPresent(
        shows -> shows.show(workers.headMemory(), workers.bodyMemory(), workers.windowMemory()));
    this.copies =
        new Copies(
            MOST_COPIES, copy -> metrics.ifPresent(counts -> counts.requests().copied(copy)));
    Routing nothing = Routing.nothing(TlsTable.empty(defaultCertificate.join()));
    settings
        .entryPoints()
        .forEach(
            (name, entryPoint) ->
                pipelines.put(
                    name,
                    new Pipeline(
                        entryPoint.observability().accessLogs(),
                        entryPoint.observability().metrics(),
                        nothing)));
    this.compiler = compiler();
    this.activator = new Activator(compiler, pipelines, this::taken, providerBlocks().keySet());
  }

  private void taken(Compiled configuration) {
    forwarder.retain(configuration.targets());
    metrics.ifPresent(
        counts -> counts.reloaded(configuration.services(), configuration.answering()));
    shown.ifPresent(shows -> shows.show(configuration.certificates()));
  }

  private Compiler compiler() throws IOException {
    Map<String, Endpoint> internal =
        InternalServices.of(settings, ping, metrics.map(MetricsEndpoint::new));
    List<EntryPointModel> models = new EntryPointModels(settings, internal).all();
    var breakers = new LocalBreakers(System::nanoTime);
    shown.ifPresent(shows -> shows.showBreakers(List.of(fleet.breakers(), breakers)));
    var onFleet = new Counts(fleet.budgets(), fleet.slots(), fleet.quotas(), fleet.breakers());
    var onNode =
        new Counts(
            new LocalBudgets(System::nanoTime), new LocalSlots(), fleet.nodeQuotas(), breakers);
    return new Compiler(
        models,
        settings.providers().map(ProvidersSettings::precedence).orElse(List.of()),
        new MiddlewareCompiler(
            BuiltInMiddlewares.ALL,
            (router, name) ->
                new MiddlewareContext(
                    router, name, onFleet, onNode, () -> hasMajority(fleet), bodies, scheduler)),
        internal,
        new ServiceParts(
            forwarder,
            options -> forwarder.transport(TransportMapping.options(options)),
            forwarder.transport(TransportMapping.standard(settings)),
            copies,
            bodies,
            fleet::signing,
            sessions,
            fleet.self().id().hashCode()),
        defaultCertificate::join);
  }

  /** The providers of this node: options by name. */
  private Map<String, Record> providerBlocks() {
    var blocks = new LinkedHashMap<String, Record>();
    Map<String, Record> given =
        settings.providers().map(ProvidersSettings::blocks).orElse(Map.of());
    for (ProviderType<?> type : BuiltInProviders.ALL) {
      Record options = given.get(type.key());
      if (options != null) {
        blocks.put(type.name(), options);
      }
    }
    return blocks;
  }

  /** Serves: takes the fleet's configuration over, runs providers, opens the ports. */
  void start(RevisionContent first, List<ExchangeObserver> observers)
      throws IOException, InterruptedException {
    shown.ifPresent(shows -> shows.show(fleet, activator));
    shown.ifPresent(shows -> shows.show(copies));
    fleet.revisions().tryWith(this::attempt);
    shown.ifPresent(shows -> shows.show(sessions));
    fleet.revisions().subscribe(activator);
    var publisher = new SnapshotPublisher(fleet.revisions(), fleet.self().name(), first);
    publisher.publishFirst();
    Duration throttle =
        settings
            .providers()
            .map(ProvidersSettings::providersThrottleDuration)
            .orElse(Duration.ZERO);
    Map<String, Record> blocks = providerBlocks();
    for (ProviderType<?> type : BuiltInProviders.ALL) {
      Record options = blocks.get(type.name());
      if (options != null) {
        Provider provider = type.build(options, compiler.checker(type.name()));
        var runner = new ProviderRunner(type.name(), provider, publisher, throttle);
        LeaseTask task =
            shown.<LeaseTask>map(shows -> shows.shown(type.name(), runner)).orElse(runner);
        candidacies.add(fleet.leases().compete("provider/" + type.name(), task));
      }
    }
    if (!activator.awaitComplete(FIRST_CONFIGURATION_LIMIT)) {
      LOG.warn("the ports are opened although not every provider has said something yet");
    }
    var all = new ArrayList<>(observers);
    metrics.ifPresent(counts -> all.add(counts.requests()));
    for (Map.Entry<String, EntryPointSettings> entry : settings.entryPoints().entrySet()) {
      open(entry.getKey(), entry.getValue(), all);
    }
    inherited
        .names()
        .forEach(name -> LOG.warn("the socket \"{}\" of systemd has no entry point", name));
    fleet.onMembers(
        members ->
            LOG.info(
                "members: {}",
                members.stream()
                    .map(
                        member ->
                            member.equals(fleet.self())
                                ? member.name() + " (this node)"
                                : member.name())
                    .toList()));
  }

  /** Whatever goes wrong is why the fleet does not take the revision. */
  private Optional<String> attempt(Revision revision) {
    activator.prepare(revision);
    return Optional.empty();
  }

  private void open(String name, EntryPointSettings entryPoint, List<ExchangeObserver> observers)
      throws IOException {
    Pipeline pipeline = pipelines.get(name);
    if (pipeline != null) {
      EntryPointOptions options = EntryPointMapping.options(name, entryPoint);
      Optional<ServerSocketChannel> given = inherited.take(name);
      EntryPoint opened =
          given.isPresent()
              ? EntryPoint.openOn(given.get(), workers, options, pipeline, observers, pipeline::tls)
              : EntryPoint.open(workers, options, pipeline, observers, pipeline::tls);
      entryPoints.add(opened);
      farewells.add(Farewell.of(opened, entryPoint.transport().lifeCycle()));
      shown.ifPresent(shows -> shows.show(opened));
      LOG.info(
          "entry point {} listens on {}{}",
          name,
          opened.address(),
          given.isPresent() ? ", a socket of systemd" : "");
    }
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

  Settings settings() {
    return settings;
  }

  List<EntryPoint> entryPoints() {
    return List.copyOf(entryPoints);
  }

  /**
   * Says that it is stopping, gives its leases back, which others can take over while this ends
   * each entry point in its own time, with what is on its way, and leaves the fleet.
   */
  void stop() {
    ping.stopping();
    LOG.info("stopping");
    Thread handingOver =
        Thread.ofVirtual().name("leases").start(() -> candidacies.forEach(Candidacy::close));
    long end = System.nanoTime() + Farewell.longest(farewells).toNanos();
    Farewell.all(farewells);
    // Copies of the last requests have what is left of that time.
    Farewell.all(List.of(Farewell.to(copies::active, Duration.ofNanos(end - System.nanoTime()))));
    awaitEnd(handingOver);
    fleet.close();
    forwarder.close();
    scheduler.shutdownNow();
    workers.close();
    metrics.ifPresent(Metrics::close);
    LOG.info("stopped");
  }

  private static boolean hasMajority(Fleet fleet) {
    List<Fleet.Belonging> known = fleet.known();
    return 2 * known.stream().filter(Fleet.Belonging::present).count() > known.size()
        || known.isEmpty();
  }

  /** The fleet ends what is left of it, for whoever has no more time. */
  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
