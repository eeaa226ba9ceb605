package io.phalanx.node.activation;

import io.phalanx.node.health.ActiveCheck;
import io.phalanx.node.health.ServerHealth;
import io.phalanx.node.health.Subject;
import io.phalanx.node.health.TcpQuestion;
import io.phalanx.node.service.Available;
import io.phalanx.node.service.WeightedTurns;
import io.phalanx.node.service.WeightedTurns.Share;
import io.phalanx.node.tcp.ServerEndpoint;
import io.phalanx.node.tcp.TcpEndpoint;
import io.phalanx.node.tcp.TcpForwarder;
import io.phalanx.node.tcp.TurnsEndpoint;
import io.phalanx.providers.Flaw;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Service.WeightedService;
import io.phalanx.providers.dynamic.TcpService;
import io.phalanx.providers.dynamic.TcpService.LoadBalancer;
import java.time.Duration;
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
import java.util.concurrent.atomic.AtomicInteger;

/** All TCP services of some snapshots, each built once, whether a router names it or not. */
final class TcpServices {
  private static final String SECTION = "tcp.services";

  private final ServiceParts parts;
  private final TcpTransports transports;
  private final Scope scope;
  private final Flaws flaws;
  private final Map<String, TcpService> definitions = new LinkedHashMap<>();
  private final Map<String, Optional<Built>> built = new HashMap<>();
  private final Map<String, Integer> depths;
  private final Set<String> open = new LinkedHashSet<>();

  /**
   * A service that can be served.
   *
   * @param healths on which it depends, by itself and by others
   * @param tellsHealth whether it knows when it has nothing that is up
   */
  record Built(TcpEndpoint endpoint, Set<ServerHealth> healths, boolean tellsHealth) {
    static final Built UNKNOWN = new Built(TcpEndpoint.NOTHING, Set.of(), true);
  }

  TcpServices(
      ServiceParts parts, SortedMap<String, DynamicConfig> snapshots, Scope scope, Flaws flaws) {
    this.parts = parts;
    this.transports = new TcpTransports(parts.tcp(), snapshots, scope);
    this.scope = scope;
    this.flaws = flaws;
    snapshots.forEach(
        (provider, config) ->
            config
                .tcp()
                .services()
                .forEach((name, each) -> definitions.put(Names.defined(name, provider), each)));
    this.depths =
        Nesting.innermostFirst(
            definitions.keySet(),
            name -> ServiceReferences.of(name, Objects.requireNonNull(definitions.get(name))));
    depths.keySet().forEach(name -> built(name, Objects.requireNonNull(definitions.get(name))));
  }

  /**
   * Why something that names this service cannot be served; empty if it can, or if nobody here can
   * tell.
   *
   * @param name qualified
   */
  Optional<String> refusal(String name) {
    TcpService definition = definitions.get(name);
    if (definition == null) {
      return scope.covers(name)
          ? Optional.of(flaws.missing("TCP service", name, definitions.keySet()))
          : Optional.empty();
    }
    return built(name, definition).isPresent()
        ? Optional.empty()
        : Optional.of("its service \"" + name + "\" is left out");
  }

  /** A service that is not refused; one that nobody here can tell of takes nothing. */
  Built service(String name) {
    TcpService definition = definitions.get(name);
    return definition == null ? Built.UNKNOWN : built(name, definition).orElse(Built.UNKNOWN);
  }

  private Optional<Built> built(String qualified, TcpService service) {
    Optional<Built> known = built.get(qualified);
    if (known != null) {
      return known;
    }
    String provider = Names.providerOf(qualified);
    String name = qualified.substring(0, qualified.length() - provider.length() - 1);
    var mistakes = new ServiceMistakes(flaws, SECTION, provider, name);
    open.add(qualified);
    Optional<Built> made =
        open.size() > Nesting.MOST_OPEN
            ? tooDeep(mistakes)
            : service
                .loadBalancer()
                .flatMap(options -> servers(qualified, options, mistakes))
                .or(
                    () ->
                        service
                            .weighted()
                            .flatMap(options -> services(provider, options, mistakes)));
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

  private Optional<Built> servers(
      String qualified, LoadBalancer balancer, ServiceMistakes mistakes) {
    String provider = Names.providerOf(qualified);
    TcpForwarder.Transport transport;
    try {
      transport = transports.transport(provider, balancer);
    } catch (IllegalArgumentException e) {
      mistakes.add("loadBalancer.serversTransport", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    var shares = new ArrayList<Share<TcpEndpoint>>();
    var healths = new HashSet<ServerHealth>();
    for (int i = 0; i < balancer.servers().size(); i++) {
      TcpService.Server server = balancer.servers().get(i);
      try {
        TcpForwarder forwarder = parts.tcp().forwarder();
        TcpForwarder.Target target = forwarder.target(server.address(), server.tls(), transport);
        Optional<ServerHealth> health =
            balancer
                .healthCheck()
                .map(options -> health(qualified, target, options, server, transport));
        health.ifPresent(healths::add);
        shares.add(
            new Share<>(
                new ServerEndpoint(
                    target, forwarder, () -> health.map(ServerHealth::isUp).orElse(true)),
                1));
      } catch (IllegalArgumentException e) {
        // As in Traefik the others serve, and a service without any takes connections, to end them.
        String name = qualified.substring(0, qualified.length() - provider.length() - 1);
        flaws.add(
            provider,
            new Flaw(
                SECTION,
                name,
                "loadBalancer.servers[" + i + "].address",
                "is not served: " + e.getMessage(),
                false));
      }
    }
    boolean looked = balancer.healthCheck().isPresent();
    return Optional.of(new Built(turns(shares, looked), healths, looked));
  }

  private ServerHealth health(
      String qualified,
      TcpForwarder.Target target,
      TcpService.HealthCheck options,
      TcpService.Server server,
      TcpForwarder.Transport transport) {
    TcpForwarder.Target asked =
        options
            .port()
            .map(
                port ->
                    parts
                        .tcp()
                        .forwarder()
                        .target(
                            server.address().substring(0, server.address().lastIndexOf(':') + 1)
                                + port,
                            server.tls(),
                            transport))
            .orElse(target);
    var probe =
        new TcpForwarder.Probe(
            options.send().orElse(""), options.expect().orElse(""), options.timeout());
    var check =
        new ActiveCheck(
            new TcpQuestion(asked, probe),
            options.interval(),
            options.unhealthyInterval().orElse(options.interval()));
    return parts
        .health()
        .of(
            new Subject(
                qualified, target.text(), Optional.of(check), Optional.empty(), Duration.ZERO));
  }

  private Optional<Built> services(
      String provider, TcpService.Weighted weighted, ServiceMistakes mistakes) {
    boolean looks = weighted.healthCheck().isPresent();
    var shares = new ArrayList<Share<TcpEndpoint>>();
    var healths = new HashSet<ServerHealth>();
    for (int i = 0; i < weighted.services().size(); i++) {
      WeightedService given = weighted.services().get(i);
      String name = Names.qualify(given.name(), provider);
      String option = "weighted.services[" + i + "].name";
      boolean circle = open.contains(name);
      Optional<String> refusal =
          circle ? Optional.of("it leads back to \"" + name + '"') : refusal(name);
      refusal.ifPresent(reason -> mistakes.add(option, reason, !circle));
      if (refusal.isEmpty()) {
        Built child = service(name);
        if (looks && !child.tellsHealth()) {
          mistakes.add(
              option,
              "service \""
                  + name
                  + "\" has no healthCheck, which the healthCheck of this service needs");
        }
        healths.addAll(child.healths());
        shares.add(new Share<>(child.endpoint(), given.weight()));
      }
    }
    return mistakes.isEmpty()
        ? Optional.of(new Built(turns(shares, looks), healths, looks))
        : Optional.empty();
  }

  private TcpEndpoint turns(List<Share<TcpEndpoint>> shares, boolean looks) {
    var offset = new AtomicInteger(parts.offset());
    List<Share<TcpEndpoint>> weighted =
        shares.stream().filter(share -> share.weight() > 0).toList();
    return new TurnsEndpoint(
        looks
            ? new Available<>(
                weighted,
                share -> share.of().isUp(),
                parts.health()::changes,
                up -> new WeightedTurns<>(up, offset.getAndIncrement()))
            : Available.always(weighted, up -> new WeightedTurns<>(up, offset.getAndIncrement())));
  }
}
