package io.phalanx.node.activation;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.pipeline.LayerEndpoint;
import io.phalanx.node.pipeline.Route;
import io.phalanx.node.pipeline.Routing;
import io.phalanx.node.routing.RouteTable;
import io.phalanx.node.rule.RuleHosts;
import io.phalanx.node.tls.CertificateCache;
import io.phalanx.node.tls.CertificateSources;
import io.phalanx.node.tls.TlsSettings;
import io.phalanx.providers.Checker;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Router;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes what is served of what providers know. A router that cannot be served, or that names
 * something that cannot, is left out and named; the others serve.
 */
public final class Compiler {
  private final List<EntryPointModel> entryPoints;
  private final List<String> precedence;
  private final MiddlewareCompiler middlewareCompiler;
  private final Map<String, Endpoint> internalServices;
  private final ServiceParts parts;
  private final CertificateSources certificateSources;
  private final CertificateCache certificates = new CertificateCache();

  /**
   * @param precedence names of providers whose routers win a tie, first first
   * @param middlewareCompiler builds the middlewares that routers name
   * @param internalServices by qualified name
   * @param certificateSources of certificates beside those that providers give
   */
  public Compiler(
      List<EntryPointModel> entryPoints,
      List<String> precedence,
      MiddlewareCompiler middlewareCompiler,
      Map<String, Endpoint> internalServices,
      ServiceParts parts,
      CertificateSources certificateSources) {
    this.entryPoints = List.copyOf(entryPoints);
    this.precedence = List.copyOf(precedence);
    this.middlewareCompiler = middlewareCompiler;
    this.internalServices = Map.copyOf(internalServices);
    this.parts = parts;
    this.certificateSources = certificateSources;
  }

  public Compiled compile(SortedMap<String, DynamicConfig> snapshots) {
    return new Compilation(snapshots, Scope.ALL).run(tls(snapshots));
  }

  private TlsSettings tls(SortedMap<String, DynamicConfig> snapshots) {
    return TlsSettings.read(
        snapshots.entrySet().stream()
            .map(entry -> new TlsSettings.Source(entry.getKey(), entry.getValue().tls()))
            .toList(),
        certificateSources,
        certificates);
  }

  /**
   * What a provider asks before it gives a configuration away: the same judgement as {@link
   * #compile} comes to, but for what the provider cannot know of others.
   *
   * @param provider name that its objects are qualified with
   */
  public Checker checker(String provider) {
    return checker(provider, Scope.only(provider));
  }

  /**
   * The same where it is known which other providers there are: there is no object of any but
   * those.
   */
  public Checker checker(String provider, Set<String> others) {
    return checker(provider, Scope.without(others));
  }

  private Checker checker(String provider, Scope scope) {
    return config ->
        new Compilation(new TreeMap<>(Map.of(provider, config)), scope).flaws.of(provider);
  }

  /** One compilation. */
  private final class Compilation {
    private final Flaws flaws = new Flaws();
    private final Middlewares middlewares;
    private final Services services;
    private final Routers routers;
    private final TcpRouters tcpRouters;
    private final Map<String, RoutingBuilder> tables = new LinkedHashMap<>();
    private final List<Problem> ofPlaces = new ArrayList<>();
    private final Map<String, String> servicesByRouter = new HashMap<>();
    private final Map<String, Endpoint> layers = new HashMap<>();
    private final Set<Forwarder.Target> targets = new HashSet<>();

    Compilation(SortedMap<String, DynamicConfig> snapshots, Scope scope) {
      this.middlewares = new Middlewares(middlewareCompiler, snapshots, scope, flaws);
      this.services = new Services(internalServices, parts, middlewares, snapshots, scope, flaws);
      middlewares.judge();
      this.routers = new Routers(entryPoints, middlewares, services, snapshots, scope, flaws);
      this.tcpRouters = new TcpRouters(entryPoints, parts, snapshots, scope, flaws);
    }

    Compiled run(TlsSettings tls) {
      HostRouters hosts = hosts();
      ofPlaces.addAll(tls.problems(hosts::of));
      for (EntryPointModel entryPoint : entryPoints) {
        var table = new RoutingBuilder(tls, certificateSources.wanted());
        if (entryPoint.tls().isPresent() && !entryPoint.internalRoutes().isEmpty()) {
          table.secureForAnyHost();
        }
        entryPoint
            .internalRoutes()
            .forEach(
                internal -> {
                  Route route = internal.route();
                  table
                      .routes(entryPoint.tls().isPresent())
                      .add(internal.rule(), internal.priority(), -1, route.router(), route);
                  servicesByRouter.put(route.router(), route.service());
                });
        tables.put(entryPoint.name(), table);
      }
      for (Routers.Ready ready : routers.top()) {
        endpoint(ready)
            .ifPresent(
                endpoint ->
                    ready.places().forEach(place -> add(ready, endpoint, place, tables(place))));
      }
      tcpRouters.addTo(tables, this::tie, ofPlaces);
      var built = new HashMap<String, Routing>();
      tables.forEach((name, table) -> built.put(name, table.build()));
      if (built.values().stream().anyMatch(routing -> routing.tls().hasRouters())) {
        certificateSources.engines().prepare();
      }
      var needs = new LinkedHashSet<>(tls.needs());
      tables.values().forEach(table -> needs.addAll(table.needs()));
      var problems = new ArrayList<>(flaws.problems());
      problems.addAll(ofPlaces);
      targets.addAll(services.targets());
      var healths = new HashSet<>(services.healths());
      healths.addAll(tcpRouters.healths());
      return new Compiled(
          built,
          targets,
          healths,
          problems,
          servicesByRouter,
          services.served(),
          tls.certificates(),
          tls::fallback,
          tls.served(),
          needs,
          hosts::of,
          routers.count() + tcpRouters.count());
    }

    private HostRouters hosts() {
      var hosts = new HostRouters();
      for (Routers.Ready ready : routers.top()) {
        boolean isSecure =
            ready.router().tls().isPresent()
                || ready.places().stream().anyMatch(place -> place.tls().isPresent());
        if (isSecure) {
          hosts.add(ready.qualified(), RuleHosts.of(ready.rule()));
        }
      }
      tcpRouters.addTo(hosts);
      return hosts;
    }

    /** What answers behind the middlewares of a router: its service, or the routers below it. */
    private Optional<Endpoint> endpoint(Routers.Ready ready) {
      List<Routers.Ready> below = routers.below(ready);
      if (below.isEmpty()) {
        return services.endpoint(ready.service());
      }
      Endpoint known = layers.get(ready.qualified());
      if (known == null) {
        RouteTable.Builder<Route> table = RouteTable.builder();
        below.forEach(child -> addBelow(child, table));
        known = new LayerEndpoint(table.build());
        layers.put(ready.qualified(), known);
      }
      return Optional.of(known);
    }

    private void addBelow(Routers.Ready child, RouteTable.Builder<Route> table) {
      String qualified = child.qualified();
      MiddlewareCompiler.Compiled compiled =
          middlewares.compile(qualified, child.router().middlewares());
      if (!compiled.mistakes().isEmpty()) {
        report(child, "", "is not served: " + String.join("; ", compiled.mistakes()));
        return;
      }
      targets.addAll(compiled.targets());
      endpoint(child)
          .ifPresent(
              endpoint -> {
                var route =
                    new Route(
                        qualified,
                        child.service(),
                        compiled.steps(),
                        endpoint,
                        internalServices.containsKey(child.service()),
                        true,
                        true);
                servicesByRouter.put(qualified, child.service());
                table.add(child.rule(), child.priority(), tie(child.provider()), qualified, route);
              });
    }

    private RoutingBuilder tables(EntryPointModel place) {
      return Objects.requireNonNull(tables.get(place.name()));
    }

    private void report(Routers.Ready ready, String option, String message) {
      ofPlaces.add(
          new Problem(ready.provider(), 0, "http.routers." + ready.name() + option, message));
    }

    private void add(
        Routers.Ready ready, Endpoint endpoint, EntryPointModel place, RoutingBuilder table) {
      String qualified = ready.qualified();
      Optional<Router.RouterTls> wanted = ready.router().tls().or(place::tls);
      if (wanted.isPresent()) {
        try {
          table
              .secure(ready.rule(), ready.provider(), wanted.get())
              .forEach(remark -> report(ready, ".tls", remark));
        } catch (DisabledException e) {
          report(ready, ".tls", "is not served: " + e.getMessage());
          return;
        }
      }
      var names = new ArrayList<>(place.middlewares());
      names.addAll(ready.router().middlewares());
      MiddlewareCompiler.Compiled compiled = middlewares.compile(qualified, names);
      if (!compiled.mistakes().isEmpty()) {
        report(
            ready,
            "",
            "is not served on entry point "
                + place.name()
                + ": "
                + String.join("; ", compiled.mistakes()));
        return;
      }
      targets.addAll(compiled.targets());
      var steps = new ArrayList<>(place.guards());
      steps.addAll(compiled.steps());
      String shown =
          ready.places().size() > 1 && place.changesRouters()
              ? place.name() + '-' + qualified
              : qualified;
      Optional<Router.Observability> observability = ready.router().observability();
      var route =
          new Route(
              shown,
              ready.service(),
              steps,
              endpoint,
              internalServices.containsKey(ready.service()),
              observability.flatMap(Router.Observability::accessLogs).orElse(place.logged()),
              observability.flatMap(Router.Observability::metrics).orElse(place.measured()));
      servicesByRouter.put(shown, ready.service());
      table
          .routes(wanted.isPresent())
          .add(ready.rule(), ready.priority(), tie(ready.provider()), qualified, route);
    }

    private int tie(String provider) {
      int at = precedence.indexOf(provider);
      return at < 0 ? precedence.size() : at;
    }
  }
}
