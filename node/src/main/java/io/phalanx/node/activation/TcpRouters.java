package io.phalanx.node.activation;

import io.phalanx.node.health.ServerHealth;
import io.phalanx.node.routing.RouteTable;
import io.phalanx.node.rule.RuleSyntaxException;
import io.phalanx.node.rule.TcpRule;
import io.phalanx.node.tcp.TcpRoute;
import io.phalanx.node.tcp.TcpRoute.Encryption;
import io.phalanx.providers.Flaw;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Router;
import io.phalanx.providers.dynamic.TcpRouter;
import io.phalanx.providers.tree.DidYouMean;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.ToIntFunction;

/** All TCP routers of some snapshots: those that can be served, and every flaw of the others. */
final class TcpRouters {
  private static final String SECTION = "tcp.routers";
  private static final String NOT_SERVED = "is not served: ";

  private final List<EntryPointModel> entryPoints;
  private final TcpMiddlewares middlewares;
  private final TcpServices services;
  private final Flaws flaws;
  private final List<Ready> ready = new ArrayList<>();

  /**
   * A router whose parts are all there.
   *
   * @param places names of entry points, at least one
   */
  private record Ready(
      String provider,
      String name,
      TcpRouter router,
      TcpRule rule,
      long priority,
      String service,
      List<String> places) {
    String qualified() {
      return Names.defined(name, provider);
    }
  }

  TcpRouters(
      List<EntryPointModel> entryPoints,
      ServiceParts parts,
      SortedMap<String, DynamicConfig> snapshots,
      Scope scope,
      Flaws flaws) {
    this.entryPoints = entryPoints;
    this.middlewares = new TcpMiddlewares(parts.tcp(), snapshots, scope, flaws);
    this.services = new TcpServices(parts, snapshots, scope, flaws);
    this.flaws = flaws;
    snapshots.forEach(
        (provider, config) ->
            config
                .tcp()
                .routers()
                .forEach((name, router) -> new Judging(provider, name, router).judge()));
  }

  /** How many are served. */
  int count() {
    return ready.size();
  }

  /** Those whose connections are served with certificates. */
  void addTo(HostRouters hosts) {
    ready.stream()
        .filter(each -> each.router().tls().filter(tls -> !tls.passthrough()).isPresent())
        .forEach(each -> hosts.add(each.qualified(), each.rule().names()));
  }

  /** The health on which the services of routers depend. */
  Set<ServerHealth> healths() {
    var healths = new HashSet<ServerHealth>();
    ready.forEach(each -> healths.addAll(services.service(each.service()).healths()));
    return healths;
  }

  /**
   * @param tables by the names of entry points
   * @param tie what decides between equal priorities, of a provider
   * @param problems gets what of routers is not as it was written
   */
  void addTo(
      Map<String, RoutingBuilder> tables, ToIntFunction<String> tie, List<Problem> problems) {
    for (Ready each : ready) {
      Encryption encryption = encryption(each, tables, problems);
      var names =
          each.router().middlewares().stream()
              .map(name -> Names.qualify(name, each.provider()))
              .toList();
      var route =
          new TcpRoute(
              each.qualified(),
              encryption,
              middlewares.admissions(each.qualified(), names),
              services.service(each.service()).endpoint());
      for (String place : each.places()) {
        Objects.requireNonNull(tables.get(place))
            .tcpRoutes(each.router().tls().isPresent())
            .add(each.rule(), each.priority(), tie.applyAsInt(each.provider()), route);
      }
    }
  }

  private static Encryption encryption(
      Ready each, Map<String, RoutingBuilder> tables, List<Problem> problems) {
    Optional<TcpRouter.TcpTls> wanted = each.router().tls();
    if (wanted.isEmpty()) {
      return new Encryption.None();
    }
    if (wanted.get().passthrough()) {
      return new Encryption.Passthrough();
    }
    String path = SECTION + '.' + each.name() + ".tls";
    var remarks = new LinkedHashSet<String>();
    for (String place : each.places()) {
      remarks.addAll(
          Objects.requireNonNull(tables.get(place))
              .want(wanted.get().certResolver(), wanted.get().domains(), each.rule().names()));
    }
    remarks.forEach(remark -> problems.add(new Problem(each.provider(), 0, path, remark)));
    String options = RoutingBuilder.options(wanted.get().options(), each.provider());
    // It stays, to refuse the handshakes that it would take: others would take them otherwise.
    Objects.requireNonNull(tables.get(each.places().getFirst()))
        .refusal(options)
        .ifPresent(
            reason ->
                problems.add(
                    new Problem(each.provider(), 0, path, "refuses handshakes: " + reason)));
    return new Encryption.Terminated(options);
  }

  /** One router on its way. */
  private final class Judging {
    private final String provider;
    private final String name;
    private final TcpRouter router;
    private boolean left;

    Judging(String provider, String name, TcpRouter router) {
      this.provider = provider;
      this.name = name;
      this.router = router;
    }

    private void leave(String option, String reason, boolean ofAnother) {
      left = true;
      flaws.add(provider, new Flaw(SECTION, name, option, NOT_SERVED + reason, ofAnother));
    }

    void judge() {
      Optional<TcpRule> rule = rule();
      if (router.priority() > RouteTable.MAX_USER_PRIORITY) {
        leave("priority", "its priority is larger than " + RouteTable.MAX_USER_PRIORITY, false);
      }
      String service = Names.qualify(router.service(), provider);
      if (router.service().isEmpty()) {
        leave("", "has no service", false);
      } else {
        services.refusal(service).ifPresent(reason -> leave("service", reason, true));
      }
      router.middlewares().stream()
          .distinct()
          .map(each -> Names.qualify(each, provider))
          .forEach(
              each ->
                  middlewares
                      .refusal(each)
                      .ifPresent(reason -> leave("middlewares", reason, true)));
      List<String> places = places();
      if (!left && rule.isPresent()) {
        long priority = router.priority() == 0 ? rule.get().defaultPriority() : router.priority();
        ready.add(new Ready(provider, name, router, rule.get(), priority, service, places));
      }
    }

    private Optional<TcpRule> rule() {
      if (router.ruleSyntax().filter(Router.RuleSyntax.V2::equals).isPresent()) {
        leave("ruleSyntax", "rules in the syntax of v2 are not served", false);
        return Optional.empty();
      }
      if (router.rule().isEmpty()) {
        leave("", "has no rule", false);
        return Optional.empty();
      }
      try {
        TcpRule rule = TcpRule.parse(router.rule());
        if (rule.asksForName() && router.tls().isEmpty()) {
          leave(
              "rule", "HostSNI with a name needs tls: a client without TLS names no server", false);
        }
        return Optional.of(rule);
      } catch (RuleSyntaxException e) {
        leave("rule", String.valueOf(e.getMessage()), false);
        return Optional.empty();
      }
    }

    private List<String> places() {
      if (router.entryPoints().isEmpty()) {
        List<String> defaults =
            entryPoints.stream()
                .filter(EntryPointModel::isDefault)
                .map(EntryPointModel::name)
                .toList();
        if (defaults.isEmpty()) {
          leave("", "names no entry point, and none is a default", false);
        }
        return defaults;
      }
      List<String> known = entryPoints.stream().map(EntryPointModel::name).toList();
      List<String> places = router.entryPoints().stream().filter(known::contains).toList();
      String none = places.isEmpty() ? NOT_SERVED : "";
      for (String wanted : router.entryPoints()) {
        if (!known.contains(wanted)) {
          String message =
              "there is no entry point \"" + wanted + '"' + DidYouMean.among(wanted, known);
          flaws.add(provider, new Flaw(SECTION, name, "entryPoints", none + message, false));
        }
      }
      left |= places.isEmpty();
      return places;
    }
  }
}
