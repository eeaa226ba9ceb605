package io.phalanx.node;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Signing;
import io.phalanx.cluster.local.LocalBreakers;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalQuotas;
import io.phalanx.cluster.local.LocalSessions;
import io.phalanx.cluster.local.LocalSlots;
import io.phalanx.node.activation.Compiler;
import io.phalanx.node.activation.EntryPointModel;
import io.phalanx.node.activation.ServiceParts;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.buffering.SpoolSpace;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.forwarding.HttpForwarder;
import io.phalanx.node.forwarding.TransportOptions;
import io.phalanx.node.health.HealthChecks;
import io.phalanx.node.middleware.Counts;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.middleware.MiddlewareParts;
import io.phalanx.node.middleware.Notices;
import io.phalanx.node.password.PasswordChecks;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.sticky.SigningKeys;
import io.phalanx.node.tls.CertificateSources;
import io.phalanx.node.tls.DefaultCertificate;
import io.phalanx.providers.Checker;
import io.phalanx.providers.ProviderType;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.TcpServersTransport;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compiles files as a node does, without being one. */
final class DryCompiler implements AutoCloseable {
  private static final String PROVIDER = "file";
  private static final Endpoint NOTHING = _ -> {};
  private static final SigningKeys KEYS =
      purpose -> Signing.of(List.of(FleetKey.generate()), purpose);
  private static final MemoryBound NO_BODIES = new MemoryBound(0, () -> {});

  private final HttpForwarder forwarder = new HttpForwarder();
  private final LocalQuotas quotas = LocalQuotas.forgetful(InstantSource.system());
  private final Counts counts =
      new Counts(
          new LocalBudgets(System::nanoTime),
          new LocalSlots(),
          quotas,
          new LocalBreakers(System::nanoTime));
  private final MiddlewareParts parts =
      new MiddlewareParts(
          PasswordChecks.start(),
          KEYS,
          forwarder,
          options -> forwarder.transport(TransportMapping.options(options)),
          NO_BODIES,
          SpoolSpace.of(NO_BODIES),
          new Notices());
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

  private final HealthChecks health =
      new HealthChecks((_, _) -> {}, scheduler, System::nanoTime, () -> 0);

  /** What a node with these settings would find. */
  Checker with(Settings settings) {
    Map<String, Endpoint> internal =
        InternalServices.of(settings, NOTHING, settings.prometheus().map(_ -> NOTHING), NOTHING);
    return checker(
        new EntryPointModels(settings, internal).all(), internal, RunningProviders.names(settings));
  }

  /**
   * The same where settings are not known: every entry point may exist, and every service and every
   * provider that a node can have.
   */
  Checker withAnyEntryPoint() {
    Map<String, Endpoint> internal =
        Map.of(
            "noop@internal",
            NOTHING,
            "ping@internal",
            NOTHING,
            "prometheus@internal",
            NOTHING,
            "acme-http@internal",
            NOTHING);
    Set<String> others =
        BuiltInProviders.ALL.stream().map(ProviderType::name).collect(Collectors.toSet());
    return config -> checker(named(config), internal, others).flaws(config);
  }

  private static List<EntryPointModel> named(DynamicConfig config) {
    var models = new ArrayList<EntryPointModel>();
    models.add(model("any other", true));
    Stream.concat(
            config.http().routers().values().stream()
                .flatMap(router -> router.entryPoints().stream()),
            config.tcp().routers().values().stream()
                .flatMap(router -> router.entryPoints().stream()))
        .distinct()
        .forEach(name -> models.add(model(name, false)));
    return models;
  }

  private static EntryPointModel model(String name, boolean isDefault) {
    return new EntryPointModel(
        name, isDefault, List.of(), List.of(), Optional.empty(), true, true, List.of());
  }

  /**
   * @param providers that there may be, whose objects are not known here
   */
  private Checker checker(
      List<EntryPointModel> entryPoints, Map<String, Endpoint> internal, Set<String> providers) {
    var others = new HashSet<>(providers);
    others.remove(PROVIDER);
    var middlewares =
        new MiddlewareCompiler(
            BuiltInMiddlewares.ALL,
            (router, name) ->
                new MiddlewareContext(
                    router, name, counts, counts, () -> true, NO_BODIES, scheduler, parts));
    return new Compiler(
            entryPoints,
            List.of(),
            middlewares,
            internal,
            new ServiceParts(
                forwarder,
                options -> forwarder.transport(TransportMapping.options(options)),
                forwarder.transport(TransportOptions.standard()),
                new Copies(0, _ -> {}),
                NO_BODIES,
                KEYS,
                new SessionMemory(new LocalSessions(System::nanoTime)),
                health,
                TcpMapping.parts(
                    forwarder, TcpServersTransport.STANDARD, counts, counts, () -> true),
                0),
            CertificateSources.of(() -> DefaultCertificate.generate(Instant.now())))
        .checker(PROVIDER, others);
  }

  @Override
  public void close() {
    forwarder.close();
    scheduler.shutdownNow();
    parts.passwords().close();
    quotas.close();
  }
}
