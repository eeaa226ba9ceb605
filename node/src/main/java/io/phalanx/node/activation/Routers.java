package io.phalanx.node.activation;

import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.routing.RouteTable;
import io.phalanx.node.rule.Rule;
import io.phalanx.node.rule.RuleSyntaxException;
import io.phalanx.providers.Flaw;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Router;
import io.phalanx.providers.tree.DidYouMean;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;

/** All routers of some snapshots: those that can be served, and every flaw of the others. */
final class Routers {
  private static final String SECTION = "http.routers";
  private static final String NOT_SERVED = "is not served: ";

  private final List<EntryPointModel> entryPoints;
  private final Middlewares middlewares;
  private final Services services;
  private final Scope scope;
  private final Flaws flaws;
  private final RouterLayers layers;

  /** Where not all providers are there, only those of several layers. */
  private final SequencedMap<String, Ready> ready = new LinkedHashMap<>();

  /**
   * A router whose parts are all there.
   *
   * @param service qualified name; of one that has others below it, what takes its place in logs
   *     and metrics
   * @param places at least one; of one that is below another, none
   */
  record Ready(
      String provider,
      String name,
      Router router,
      Rule rule,
      long priority,
      String service,
      List<EntryPointModel> places) {
    String qualified() {
      return Names.defined(name, provider);
    }
  }

  Routers(
      List<EntryPointModel> entryPoints,
      Middlewares middlewares,
      Services services,
      SortedMap<String, DynamicConfig> snapshots,
      Scope scope,
      Flaws flaws) {
    this.entryPoints = entryPoints;
    this.middlewares = middlewares;
    this.services = services;
    this.scope = scope;
    this.flaws = flaws;
    this.layers = new RouterLayers(snapshots);
    snapshots.forEach(
        (provider, config) ->
            config
                .http()
                .routers()
                .forEach((name, router) -> new Judging(provider, name, router).judge()));
    settle();
  }

  private void settle() {
    Set<String> outside = new HashSet<>();
    ready
        .keySet()
        .forEach(
            router -> {
              if (layers.parents(router).stream().anyMatch(parent -> !scope.covers(parent))) {
                outside.add(router);
              }
            });
    layers.settle(
        ready.keySet(),
        outside,
        (router, reason) -> {
          String provider = Names.providerOf(router);
          String name = router.substring(0, router.length() - provider.length() - 1);
          flaws.add(provider, new Flaw(SECTION, name, "", NOT_SERVED + reason, true));
        });
  }

  /** How many are served. */
  int count() {
    return ready.size();
  }

  /** Those that see requests first. */
  List<Ready> top() {
    return ready.values().stream().filter(each -> each.router().parentRefs().isEmpty()).toList();
  }

  /** Those below another one; empty if it has a service of its own. */
  List<Ready> below(Ready parent) {
    return layers.children(parent.qualified()).stream()
        .map(ready::get)
        .filter(Objects::nonNull)
        .toList();
  }

  /** One router on its way. */
  private final class Judging {
    private final String provider;
    private final String name;
    private final Router router;
    private boolean left;

    Judging(String provider, String name, Router router) {
      this.provider = provider;
      this.name = name;
      this.router = router;
    }

    private void leave(String option, String reason, boolean ofAnother) {
      left = true;
      flaws.add(provider, new Flaw(SECTION, name, option, NOT_SERVED + reason, ofAnother));
    }

    void judge() {
      Optional<Rule> rule = rule();
      long priority = router.priority();
      if (priority > RouteTable.MAX_USER_PRIORITY) {
        leave("priority", "its priority is larger than " + RouteTable.MAX_USER_PRIORITY, false);
      }
      String service = service();
      judgeMiddlewares();
      List<EntryPointModel> places = router.parentRefs().isEmpty() ? places() : List.of();
      judgeParents();
      if (!left && rule.isPresent() && isNeeded()) {
        long effective = priority == 0 ? rule.get().defaultPriority() : priority;
        ready.put(
            Names.defined(name, provider),
            new Ready(provider, name, router, rule.get(), effective, service, places));
      }
    }

    /** A checker serves nothing: of it only those count that others stand above or below. */
    private boolean isNeeded() {
      return scope.isAll() || layers.holds(Names.defined(name, provider));
    }

    private String service() {
      String qualified = Names.defined(name, provider);
      if (layers.isParent(qualified)) {
        if (!router.service().isEmpty()) {
          leave("service", "routers are below it, so that it has no service of its own", false);
        }
        return qualified + "-muxer";
      }
      String service = Names.qualify(router.service(), provider);
      if (router.service().isEmpty()) {
        leave("", "has no service, and no router has it as its parent", false);
      } else {
        services.refusal(service).ifPresent(reason -> leave("service", reason, true));
      }
      return service;
    }

    private void judgeParents() {
      if (router.parentRefs().isEmpty()) {
        return;
      }
      if (!router.entryPoints().isEmpty()) {
        leave("entryPoints", "those of its parents count", false);
      }
      router.tls().ifPresent(_ -> leave("tls", "that of its parents counts", false));
      router
          .observability()
          .ifPresent(_ -> leave("observability", "that of its parents counts", false));
      List<String> unknown =
          layers.parents(Names.defined(name, provider)).stream()
              .filter(parent -> scope.covers(parent) && !layers.exists(parent))
              .toList();
      boolean none = unknown.size() == layers.parents(Names.defined(name, provider)).size();
      for (String parent : unknown) {
        String message = flaws.missing("router", parent, layers.names());
        flaws.add(
            provider,
            new Flaw(SECTION, name, "parentRefs", (none ? NOT_SERVED : "") + message, true));
      }
      left |= none;
    }

    private Optional<Rule> rule() {
      if (router.ruleSyntax().filter(Router.RuleSyntax.V2::equals).isPresent()) {
        leave("ruleSyntax", "rules in the syntax of v2 are not served", false);
        return Optional.empty();
      }
      if (router.rule().isEmpty()) {
        leave("", "has no rule", false);
        return Optional.empty();
      }
      try {
        return Optional.of(Rule.parse(router.rule()));
      } catch (RuleSyntaxException e) {
        leave("rule", String.valueOf(e.getMessage()), false);
        return Optional.empty();
      }
    }

    /** The router's own must be there, whatever entry points add to them. */
    private void judgeMiddlewares() {
      List<String> names =
          router.middlewares().stream().map(each -> Names.qualify(each, provider)).toList();
      names.stream()
          .distinct()
          .forEach(
              each ->
                  middlewares
                      .refusal(each)
                      .ifPresent(reason -> leave("middlewares", reason, true)));
      if (!left && middlewares.areTooMany(names)) {
        leave(
            "middlewares",
            "more than " + MiddlewareCompiler.MAX_MIDDLEWARES + " middlewares, chains unfolded",
            false);
      }
    }

    private List<EntryPointModel> places() {
      if (router.entryPoints().isEmpty()) {
        List<EntryPointModel> defaults =
            entryPoints.stream().filter(EntryPointModel::isDefault).toList();
        if (defaults.isEmpty()) {
          leave("", "names no entry point, and none is a default", false);
        }
        return defaults;
      }
      var places = new ArrayList<EntryPointModel>();
      var unknown = new ArrayList<String>();
      for (String wanted : router.entryPoints()) {
        Optional<EntryPointModel> found =
            entryPoints.stream().filter(entryPoint -> entryPoint.name().equals(wanted)).findFirst();
        found.ifPresentOrElse(places::add, () -> unknown.add(missing(wanted)));
      }
      String none = places.isEmpty() ? NOT_SERVED : "";
      unknown.forEach(
          message ->
              flaws.add(provider, new Flaw(SECTION, name, "entryPoints", none + message, false)));
      left |= places.isEmpty();
      return places;
    }

    private String missing(String wanted) {
      return "there is no entry point \""
          + wanted
          + '"'
          + DidYouMean.among(wanted, entryPoints.stream().map(EntryPointModel::name).toList());
    }
  }
}
