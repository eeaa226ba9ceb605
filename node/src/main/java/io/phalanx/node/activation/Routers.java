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
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** All routers of some snapshots: those that can be served, and every flaw of the others. */
final class Routers {
  private static final String SECTION = "http.routers";
  private static final String NOT_SERVED = "is not served: ";

  private final List<EntryPointModel> entryPoints;
  private final Middlewares middlewares;
  private final Services services;
  private final Flaws flaws;
  private final List<Ready> ready = new ArrayList<>();

  /**
   * A router whose parts are all there.
   *
   * @param service qualified name
   * @param places at least one
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
      return Names.qualify(name, provider);
    }
  }

  Routers(
      List<EntryPointModel> entryPoints,
      Middlewares middlewares,
      Services services,
      SortedMap<String, DynamicConfig> snapshots,
      Flaws flaws) {
    this.entryPoints = entryPoints;
    this.middlewares = middlewares;
    this.services = services;
    this.flaws = flaws;
    snapshots.forEach(
        (provider, config) ->
            config
                .http()
                .routers()
                .forEach((name, router) -> new Judging(provider, name, router).judge()));
  }

  List<Ready> ready() {
    return ready;
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
      refuseWhatIsNotServed();
      Optional<Rule> rule = rule();
      long priority = router.priority();
      if (priority > RouteTable.MAX_USER_PRIORITY) {
        leave("priority", "its priority is larger than " + RouteTable.MAX_USER_PRIORITY, false);
      }
      String service = Names.qualify(router.service(), provider);
      if (router.service().isEmpty()) {
        leave("", "has no service", false);
      } else {
        services.refusal(service).ifPresent(reason -> leave("service", reason, true));
      }
      judgeMiddlewares();
      List<EntryPointModel> places = places();
      if (!left && rule.isPresent()) {
        long effective = priority == 0 ? rule.get().defaultPriority() : priority;
        ready.add(new Ready(provider, name, router, rule.get(), effective, service, places));
      }
    }

    private void refuseWhatIsNotServed() {
      if (!router.parentRefs().isEmpty()) {
        leave("parentRefs", "parentRefs is not served yet", false);
      }
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
