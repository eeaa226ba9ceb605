package io.phalanx.node.activation;

import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.health.ServerHealth;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Service;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** All services of some snapshots, each built once, whether a router names it or not. */
final class Services {
  private final Map<String, Endpoint> internal;
  private final LoadBalancers loadBalancers;
  private final ServiceTrees trees;
  private final ServiceMiddlewares middlewares;
  private final Scope scope;
  private final Flaws flaws;
  private final Map<String, Service> definitions = new LinkedHashMap<>();
  private final Map<String, Optional<Built>> built = new HashMap<>();
  private final Map<String, Integer> depths;
  private final Set<String> open = new LinkedHashSet<>();
  private final Set<Forwarder.Target> targets = new HashSet<>();
  private final Set<String> served = new HashSet<>();
  private final Set<ServerHealth> healths = new HashSet<>();

  /**
   * A service that can be served.
   *
   * @param reach what it leads to
   * @param tellsHealth whether it knows when there is nothing that may be asked
   */
  record Built(Endpoint endpoint, Reach reach, boolean tellsHealth) {
    /**
     * The same behind something.
     *
     * @param more where that sends requests of its own
     */
    Built behind(Endpoint front, Set<Forwarder.Target> more) {
      var targets = new HashSet<>(reach.targets());
      targets.addAll(more);
      return new Built(front, new Reach(targets, reach.names(), reach.healths()), tellsHealth);
    }
  }

  /**
   * What a service leads to, by itself and by others.
   *
   * @param targets where requests may be sent
   * @param names qualified names of all that may answer
   * @param healths those of servers that are looked at
   */
  record Reach(Set<Forwarder.Target> targets, Set<String> names, Set<ServerHealth> healths) {
    Reach {
      targets = Set.copyOf(targets);
      names = Set.copyOf(names);
      healths = Set.copyOf(healths);
    }
  }

  /**
   * @param internal by qualified name, as {@code ping@internal}
   */
  Services(
      Map<String, Endpoint> internal,
      ServiceParts parts,
      Middlewares middlewares,
      SortedMap<String, DynamicConfig> snapshots,
      Scope scope,
      Flaws flaws) {
    this.internal = internal;
    this.loadBalancers =
        new LoadBalancers(
            parts, new Transports(parts.transports(), parts.standard(), snapshots), scope);
    this.trees = new ServiceTrees(parts);
    this.middlewares = new ServiceMiddlewares(middlewares, scope);
    this.scope = scope;
    this.flaws = flaws;
    snapshots.forEach(
        (provider, config) ->
            config
                .http()
                .services()
                .forEach(
                    (name, service) -> definitions.put(Names.defined(name, provider), service)));
    middlewares.findServicesBy(this::find);
    this.depths =
        Nesting.innermostFirst(
            definitions.keySet(),
            name ->
                ServiceReferences.of(
                    name, Objects.requireNonNull(definitions.get(name)), middlewares));
    depths.keySet().forEach(name -> built(name, Objects.requireNonNull(definitions.get(name))));
  }

  /** What answers for a service that a middleware asks. */
  private ExchangeHandler find(String name) {
    if (open.contains(name)) {
      throw new IllegalArgumentException("service \"" + name + "\" leads back to it");
    }
    refusal(name)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    return endpoint(name).orElse(UNKNOWN)::answer;
  }

  /** Where the services that were asked for send requests. */
  Set<Forwarder.Target> targets() {
    return targets;
  }

  /** The health on which the services that were asked for depend. */
  Set<ServerHealth> healths() {
    return healths;
  }

  /** Qualified names of all that may answer for the services that were asked for. */
  Set<String> served() {
    return served;
  }

  /**
   * Why something that names this service cannot be served; empty if it can, or if nobody here can
   * tell.
   *
   * @param name qualified
   */
  Optional<String> refusal(String name) {
    if (internal.containsKey(name) || !scope.covers(name)) {
      return Optional.empty();
    }
    Service definition = definitions.get(name);
    if (definition == null) {
      return Optional.of(flaws.missing("service", name, definitions.keySet()));
    }
    return built(name, definition).isPresent()
        ? Optional.empty()
        : Optional.of("its service \"" + name + "\" is left out");
  }

  /**
   * What answers for a service that is not refused; empty for one that nobody here can tell of.
   *
   * @param name qualified
   */
  Optional<Endpoint> endpoint(String name) {
    Endpoint own = internal.get(name);
    if (own != null) {
      served.add(name);
      return Optional.of(own);
    }
    Service definition = definitions.get(name);
    Optional<Built> found = definition == null ? Optional.empty() : built(name, definition);
    found.ifPresent(
        service -> {
          targets.addAll(service.reach().targets());
          served.addAll(service.reach().names());
          healths.addAll(service.reach().healths());
        });
    return found.map(Built::endpoint);
  }

  private Optional<Built> built(String qualified, Service service) {
    Optional<Built> known = built.get(qualified);
    if (known != null) {
      return known;
    }
    String provider = Names.providerOf(qualified);
    String name = qualified.substring(0, qualified.length() - provider.length() - 1);
    var mistakes = new ServiceMistakes(flaws, provider, name);
    open.add(qualified);
    Optional<Built> made =
        open.size() > Nesting.MOST_OPEN
            ? tooDeep(mistakes)
            : build(qualified, service, mistakes)
                .flatMap(inner -> middlewares.before(qualified, service, inner, mistakes));
    if (made.isPresent() && depths.getOrDefault(qualified, 1) > Nesting.MOST) {
      made = tooDeep(mistakes);
    }
    open.remove(qualified);
    built.put(qualified, made);
    return made;
  }

  private static Optional<Built> tooDeep(ServiceMistakes mistakes) {
    mistakes.add("", "services are nested more than " + Nesting.MOST + " deep");
    return Optional.empty();
  }

  private Optional<Built> build(String qualified, Service service, ServiceMistakes mistakes) {
    if (service.loadBalancer().isPresent()) {
      return loadBalancers.build(qualified, service.loadBalancer().get(), mistakes);
    }
    return trees.build(qualified, service, new Children(qualified, mistakes), mistakes);
  }

  /** The services that one service leads to, as they are asked for. */
  final class Children {
    private final String provider;
    private final ServiceMistakes mistakes;
    private final Set<Forwarder.Target> reached = new HashSet<>();
    private final Set<String> names = new HashSet<>();
    private final Set<ServerHealth> watched = new HashSet<>();

    private Children(String parent, ServiceMistakes mistakes) {
      this.provider = Names.providerOf(parent);
      this.mistakes = mistakes;
    }

    /**
     * The same as {@link #child}, and a mistake if it does not tell its health.
     *
     * @param needed why it has to
     */
    Endpoint tellingChild(String reference, String option, String needed) {
      Endpoint child = child(reference, option);
      if (!tellsHealth(reference)) {
        mistakes.add(
            option,
            "service \"" + Names.qualify(reference, provider) + "\" has no healthCheck, " + needed);
      }
      return child;
    }

    /** Whether a service does, after it was asked for; also if nobody here can tell of it. */
    boolean tellsHealth(String reference) {
      String name = Names.qualify(reference, provider);
      Optional<Built> known = built.get(name);
      return known == null
          ? !internal.containsKey(name)
          : known.map(Built::tellsHealth).orElse(true);
    }

    /**
     * One of them; what it is if there are mistakes does not matter.
     *
     * @param option where it is named
     */
    Endpoint child(String reference, String option) {
      String name = Names.qualify(reference, provider);
      Optional<String> refusal =
          open.contains(name) ? Optional.of("it leads back to \"" + name + '"') : refusal(name);
      refusal.ifPresent(reason -> mistakes.add(option, reason, !open.contains(name)));
      Service definition = definitions.get(name);
      if (refusal.isEmpty() && definition != null) {
        Optional<Built> found = built(name, definition);
        found.ifPresent(
            service -> {
              reached.addAll(service.reach().targets());
              names.addAll(service.reach().names());
              watched.addAll(service.reach().healths());
            });
        return found.map(Built::endpoint).orElse(UNKNOWN);
      }
      Endpoint own = internal.get(name);
      names.add(name);
      return own == null ? UNKNOWN : own;
    }

    Built of(Endpoint endpoint, boolean tellsHealth) {
      return new Built(endpoint, new Reach(reached, names, watched), tellsHealth);
    }
  }

  /** Stands for what nobody here can tell of; serves nothing. */
  private static final Endpoint UNKNOWN =
      _ -> {
        throw new IllegalStateException("a service that was only looked at");
      };
}
