package io.phalanx.node.activation;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.pipeline.Route;
import io.phalanx.node.routing.RouteTable;
import io.phalanx.node.rule.Rule;
import io.phalanx.node.rule.RuleSyntaxException;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Router;
import io.phalanx.providers.tree.DidYouMean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Makes what is served of what providers know. A router that cannot be served, or that names
 * something that cannot, is left out and named; the others serve.
 */
public final class Compiler {
  private final List<EntryPointModel> entryPoints;
  private final List<String> precedence;
  private final MiddlewareCompiler middlewareCompiler;
  private final Map<String, Endpoint> internalServices;
  private final Forwarder forwarder;
  private final TransportBuilder transports;
  private final Forwarder.Transport standard;
  private final int offset;

  /**
   * @param precedence names of providers whose routers win a tie, first first
   * @param middlewareCompiler builds the middlewares that routers name
   * @param internalServices by qualified name
   * @param transports makes what services name by {@code serversTransport}
   * @param standard the transport of services that name none
   * @param offset a number of this node's own, so that nodes do not all begin with the same server
   */
  public Compiler(
      List<EntryPointModel> entryPoints,
      List<String> precedence,
      MiddlewareCompiler middlewareCompiler,
      Map<String, Endpoint> internalServices,
      Forwarder forwarder,
      TransportBuilder transports,
      Forwarder.Transport standard,
      int offset) {
    this.entryPoints = List.copyOf(entryPoints);
    this.precedence = List.copyOf(precedence);
    this.middlewareCompiler = middlewareCompiler;
    this.internalServices = Map.copyOf(internalServices);
    this.forwarder = forwarder;
    this.transports = transports;
    this.standard = standard;
    this.offset = offset;
  }

  public Compiled compile(SortedMap<String, DynamicConfig> snapshots) {
    return new Compilation(snapshots).run();
  }

  /** A router whose parts are all there. */
  private record Ready(
      String provider,
      String name,
      Router router,
      Rule rule,
      long priority,
      String service,
      Endpoint endpoint) {}

  /** One compilation. */
  private final class Compilation {
    private final SortedMap<String, DynamicConfig> snapshots;
    private final Map<String, io.phalanx.providers.dynamic.Middleware> middlewares =
        new HashMap<>();
    private final Services services;
    private final Map<String, RouteTable.Builder<Route>> tables = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, String> servicesByRouter = new HashMap<>();
    private int routers;

    Compilation(SortedMap<String, DynamicConfig> snapshots) {
      this.snapshots = snapshots;
      snapshots.forEach(
          (provider, config) ->
              config
                  .http()
                  .middlewares()
                  .forEach(
                      (name, middleware) ->
                          middlewares.put(Names.qualify(name, provider), middleware)));
      this.services =
          new Services(
              internalServices,
              forwarder,
              new Transports(transports, standard, snapshots),
              offset,
              snapshots);
    }

    Compiled run() {
      for (EntryPointModel entryPoint : entryPoints) {
        RouteTable.Builder<Route> table = RouteTable.builder();
        entryPoint
            .internalRoutes()
            .forEach(
                internal -> {
                  Route route = internal.route();
                  table.add(internal.rule(), internal.priority(), -1, route.router(), route);
                  servicesByRouter.put(route.router(), route.service());
                });
        tables.put(entryPoint.name(), table);
      }
      snapshots.forEach(
          (provider, config) ->
              config.http().routers().forEach((name, router) -> tryAdd(provider, name, router)));
      var built = new HashMap<String, RouteTable<Route>>();
      tables.forEach((name, table) -> built.put(name, table.build()));
      return new Compiled(built, services.targets(), problems, servicesByRouter, routers);
    }

    private void report(String provider, String name, String part, String message) {
      problems.add(new Problem(provider, 0, "http.routers." + name + part, message));
    }

    private void tryAdd(String provider, String name, Router router) {
      try {
        refuseWhatIsNotServed(router);
        Rule rule = rule(router);
        long priority = priority(router, rule);
        if (router.service().isEmpty()) {
          throw new DisabledException("has no service");
        }
        String service = Names.qualify(router.service(), provider);
        Endpoint endpoint = services.endpoint(service);
        requireMiddlewares(provider, name, router);
        List<EntryPointModel> places = places(provider, name, router);
        var ready = new Ready(provider, name, router, rule, priority, service, endpoint);
        for (EntryPointModel place : places) {
          add(ready, place, places.size() > 1);
        }
        routers++;
      } catch (RuleSyntaxException e) {
        report(provider, name, ".rule", "is not served: " + e.getMessage());
      } catch (DisabledException e) {
        report(provider, name, "", "is not served: " + e.getMessage());
      }
    }

    private void refuseWhatIsNotServed(Router router) throws DisabledException {
      if (router.tls().isPresent()) {
        throw new DisabledException("tls is not served yet");
      }
      if (!router.parentRefs().isEmpty()) {
        throw new DisabledException("parentRefs is not served yet");
      }
      if (router.ruleSyntax().filter(Router.RuleSyntax.V2::equals).isPresent()) {
        throw new DisabledException("rules in the syntax of v2 are not served");
      }
    }

    private MiddlewareCompiler.Compiled compiled(String router, List<String> names) {
      return middlewareCompiler.compile(
          router, names, name -> Optional.ofNullable(middlewares.get(name)));
    }

    /** The router's own middlewares must be there, whatever entry points add to them. */
    private void requireMiddlewares(String provider, String name, Router router)
        throws DisabledException {
      List<String> mistakes =
          compiled(Names.qualify(name, provider), router.middlewares()).mistakes();
      if (!mistakes.isEmpty()) {
        throw new DisabledException(String.join("; ", mistakes));
      }
    }

    private Rule rule(Router router) throws DisabledException, RuleSyntaxException {
      if (router.rule().isEmpty()) {
        throw new DisabledException("has no rule");
      }
      return Rule.parse(router.rule());
    }

    private long priority(Router router, Rule rule) throws DisabledException {
      if (router.priority() > RouteTable.MAX_USER_PRIORITY) {
        throw new DisabledException("its priority is larger than " + RouteTable.MAX_USER_PRIORITY);
      }
      return router.priority() == 0 ? rule.defaultPriority() : router.priority();
    }

    private List<EntryPointModel> places(String provider, String name, Router router)
        throws DisabledException {
      if (router.entryPoints().isEmpty()) {
        List<EntryPointModel> defaults =
            entryPoints.stream().filter(EntryPointModel::isDefault).toList();
        if (defaults.isEmpty()) {
          throw new DisabledException("names no entry point, and none is a default");
        }
        return defaults;
      }
      var places = new ArrayList<EntryPointModel>();
      for (String wanted : router.entryPoints()) {
        Optional<EntryPointModel> found =
            entryPoints.stream().filter(entryPoint -> entryPoint.name().equals(wanted)).findFirst();
        found.ifPresent(places::add);
        if (found.isEmpty()) {
          report(provider, name, ".entryPoints", unknown(wanted));
        }
      }
      if (places.isEmpty()) {
        throw new DisabledException("none of its entry points exists");
      }
      return places;
    }

    private String unknown(String wanted) {
      return "there is no entry point \""
          + wanted
          + '"'
          + DidYouMean.among(wanted, entryPoints.stream().map(EntryPointModel::name).toList());
    }

    private void add(Ready ready, EntryPointModel place, boolean onSeveral) {
      String qualified = ready.name() + '@' + ready.provider();
      var names = new ArrayList<>(place.middlewares());
      names.addAll(ready.router().middlewares());
      MiddlewareCompiler.Compiled compiled = compiled(qualified, names);
      if (!compiled.mistakes().isEmpty()) {
        report(
            ready.provider(),
            ready.name(),
            "",
            "is not served on entry point "
                + place.name()
                + ": "
                + String.join("; ", compiled.mistakes()));
        return;
      }
      var steps = new ArrayList<>(place.guards());
      steps.addAll(compiled.steps());
      String shown =
          onSeveral && place.changesRouters() ? place.name() + '-' + qualified : qualified;
      Optional<Router.Observability> observability = ready.router().observability();
      var route =
          new Route(
              shown,
              ready.service(),
              steps,
              ready.endpoint(),
              internalServices.containsKey(ready.service()),
              observability.flatMap(Router.Observability::accessLogs).orElse(place.logged()),
              observability.flatMap(Router.Observability::metrics).orElse(place.measured()));
      servicesByRouter.put(shown, ready.service());
      tables
          .computeIfAbsent(place.name(), _ -> RouteTable.builder())
          .add(ready.rule(), ready.priority(), tie(ready.provider()), qualified, route);
    }

    private int tie(String provider) {
      int at = precedence.indexOf(provider);
      return at < 0 ? precedence.size() : at;
    }
  }
}
