package io.phalanx.node;

import io.phalanx.node.acme.HttpChallenges;
import io.phalanx.node.activation.EntryPointModel;
import io.phalanx.node.activation.EntryPointModel.InternalRoute;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.middleware.EncodedCharacters;
import io.phalanx.node.middleware.RedirectScheme;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.pipeline.Route;
import io.phalanx.node.rule.Rule;
import io.phalanx.node.rule.RuleSyntaxException;
import io.phalanx.node.settings.EntryPointSettings;
import io.phalanx.node.settings.Settings;
import io.phalanx.providers.dynamic.PathOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the static settings say about the routers of each entry point, with the node's own routers.
 */
final class EntryPointModels {
  /** Its routers are only those that name it. */
  private static final String INTERNAL = "traefik";

  private final Settings settings;
  private final Map<String, Endpoint> internalServices;

  EntryPointModels(Settings settings, Map<String, Endpoint> internalServices) {
    this.settings = settings;
    this.internalServices = internalServices;
  }

  List<EntryPointModel> all() {
    boolean marked =
        settings.entryPoints().entrySet().stream()
            .anyMatch(entry -> entry.getValue().asDefault() && !entry.getKey().equals(INTERNAL));
    var models = new ArrayList<EntryPointModel>();
    settings
        .entryPoints()
        .forEach(
            (name, entryPoint) ->
                models.add(
                    new EntryPointModel(
                        name,
                        !name.equals(INTERNAL) && (!marked || entryPoint.asDefault()),
                        guards(entryPoint),
                        entryPoint.http().middlewares(),
                        entryPoint.http().tls(),
                        entryPoint.observability().accessLogs(),
                        entryPoint.observability().metrics(),
                        internalRoutes(name, entryPoint))));
    return models;
  }

  private static List<Middleware> guards(EntryPointSettings entryPoint) {
    EntryPointSettings.EncodedCharacters allowed = entryPoint.http().encodedCharacters();
    var options =
        new PathOptions.EncodedCharacters(
            allowed.allowEncodedSlash(),
            allowed.allowEncodedBackSlash(),
            allowed.allowEncodedNullCharacter(),
            allowed.allowEncodedSemicolon(),
            allowed.allowEncodedPercent(),
            allowed.allowEncodedQuestionMark(),
            allowed.allowEncodedHash());
    var everything = new PathOptions.EncodedCharacters(true, true, true, true, true, true, true);
    return options.equals(everything) ? List.of() : List.of(new EncodedCharacters(options));
  }

  private List<InternalRoute> internalRoutes(String name, EntryPointSettings entryPoint) {
    var routes = new ArrayList<InternalRoute>();
    settings
        .ping()
        .filter(ping -> !ping.manualRouting() && ping.entryPoint().equals(name))
        .ifPresent(
            _ ->
                routes.add(
                    route(
                        "ping@internal",
                        "PathPrefix(`/ping`)",
                        Long.MAX_VALUE,
                        "ping@internal",
                        List.of())));
    settings
        .prometheus()
        .filter(wanted -> wanted.isServedOn(name))
        .ifPresent(
            _ ->
                routes.add(
                    route(
                        "prometheus@internal",
                        "PathPrefix(`/metrics`)",
                        Long.MAX_VALUE,
                        "prometheus@internal",
                        List.of())));
    if (answersChallenges(name)) {
      String rule = "PathPrefix(`" + HttpChallenges.PATH + "`)";
      routes.add(
          route(
              "acme-http@internal",
              rule,
              entryPoint.allowACMEByPass() ? rule.length() : Long.MAX_VALUE,
              "acme-http@internal",
              List.of()));
    }
    entryPoint
        .redirection()
        .ifPresent(redirection -> routes.add(redirect(name, entryPoint, redirection)));
    return routes;
  }

  private boolean answersChallenges(String entryPoint) {
    return settings.certificatesResolvers().values().stream()
        .flatMap(resolver -> resolver.acme().httpChallenge().stream())
        .anyMatch(challenge -> challenge.entryPoint().equals(entryPoint));
  }

  private InternalRoute redirect(
      String name, EntryPointSettings entryPoint, EntryPointSettings.Redirection redirection) {
    String rule =
        entryPoint.allowACMEByPass()
            ? "HostRegexp(`^.+$`) && !PathPrefix(`/.well-known/acme-challenge/`)"
            : "HostRegexp(`^.+$`)";
    String port =
        redirection.to().startsWith(":")
            ? redirection.to().substring(1)
            : Integer.toString(
                Objects.requireNonNull(settings.entryPoints().get(redirection.to()))
                    .address()
                    .port());
    var options =
        new PathOptions.RedirectScheme(
            redirection.scheme(), Optional.of(port), redirection.permanent());
    String router = name + "-to-" + redirection.to().replace(":", "") + "@internal";
    return route(
        router,
        rule,
        redirection.priority(),
        "noop@internal",
        List.of(new RedirectScheme(options)));
  }

  private InternalRoute route(
      String router, String rule, long priority, String service, List<Middleware> middlewares) {
    try {
      var route =
          new Route(
              router,
              service,
              middlewares,
              Objects.requireNonNull(internalServices.get(service)),
              true,
              true,
              true);
      return new InternalRoute(Rule.parse(rule), priority, route);
    } catch (RuleSyntaxException e) {
      throw new IllegalStateException("a rule of the node's own cannot be read: " + rule, e);
    }
  }
}
