package io.phalanx.node.activation;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.pipeline.ServiceEndpoint;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.WeightedRoundRobin;
import io.phalanx.providers.Flaw;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Service;
import io.phalanx.providers.dynamic.Service.LoadBalancer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** All services of some snapshots, each built once, whether a router names it or not. */
final class Services {
  private static final String SECTION = "http.services";

  private final Map<String, Endpoint> internal;
  private final Forwarder forwarder;
  private final Transports transports;
  private final int offset;
  private final Scope scope;
  private final Flaws flaws;
  private final Set<String> configured = new LinkedHashSet<>();
  private final Map<String, ServiceEndpoint> built = new HashMap<>();
  private final Set<Forwarder.Target> targets = new HashSet<>();

  /**
   * @param internal by qualified name, as {@code ping@internal}
   * @param offset where each service begins with its servers
   */
  Services(
      Map<String, Endpoint> internal,
      Forwarder forwarder,
      Transports transports,
      int offset,
      SortedMap<String, DynamicConfig> snapshots,
      Scope scope,
      Flaws flaws) {
    this.internal = internal;
    this.forwarder = forwarder;
    this.transports = transports;
    this.offset = offset;
    this.scope = scope;
    this.flaws = flaws;
    snapshots.forEach(
        (provider, config) ->
            config.http().services().forEach((name, service) -> build(provider, name, service)));
  }

  /** Where the services that were asked for send requests. */
  Set<Forwarder.Target> targets() {
    return targets;
  }

  /**
   * Why something that names this service cannot be served; empty if it can, or if nobody here can
   * tell.
   *
   * @param name qualified
   */
  Optional<String> refusal(String name) {
    if (internal.containsKey(name) || built.containsKey(name) || !scope.covers(name)) {
      return Optional.empty();
    }
    return Optional.of(
        configured.contains(name)
            ? "its service \"" + name + "\" is left out"
            : flaws.missing("service", name, configured));
  }

  /**
   * What answers for a service that is not refused; empty for one that nobody here can tell of.
   *
   * @param name qualified
   */
  Optional<Endpoint> endpoint(String name) {
    Endpoint own = internal.get(name);
    if (own != null) {
      return Optional.of(own);
    }
    Optional<ServiceEndpoint> found = Optional.ofNullable(built.get(name));
    found.ifPresent(service -> targets.addAll(service.targets()));
    return found.map(service -> service);
  }

  private void build(String provider, String name, Service service) {
    String qualified = Names.qualify(name, provider);
    configured.add(qualified);
    var mistakes = new Mistakes(provider, name);
    if (service.loadBalancer().isEmpty()) {
      mistakes.add(kind(service), kind(service) + " is not served yet");
      return;
    }
    LoadBalancer balancer = service.loadBalancer().get();
    refuseWhatIsNotServed(service, balancer, mistakes);
    List<Server> all = servers(balancer, mistakes);
    Optional<Forwarder.Transport> transport = transport(provider, balancer, mistakes);
    if (mistakes.count == 0 && transport.isPresent()) {
      var endpoint =
          new ServiceEndpoint(
              qualified,
              all,
              new WeightedRoundRobin(all, offset),
              balancer.passHostHeader(),
              transport.get(),
              forwarder);
      built.put(qualified, endpoint);
    }
  }

  private Optional<Forwarder.Transport> transport(
      String provider, LoadBalancer balancer, Mistakes mistakes) {
    String name =
        balancer
            .serversTransport()
            .filter(given -> !given.isEmpty())
            .map(given -> Names.qualify(given, provider))
            .orElse(Transports.DEFAULT);
    try {
      // One of another provider is only known where all are.
      boolean known = name.equals(Transports.DEFAULT) || scope.covers(name);
      return Optional.of(transports.transport(known ? name : Transports.DEFAULT));
    } catch (IllegalArgumentException e) {
      mistakes.add("loadBalancer.serversTransport", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static void refuseWhatIsNotServed(
      Service service, LoadBalancer balancer, Mistakes mistakes) {
    mistakes.refuse(!service.middlewares().isEmpty(), "middlewares", "middlewares of services");
    String strategy = balancer.strategy().name().toLowerCase(Locale.ROOT);
    mistakes.refuse(
        balancer.strategy() != Service.Strategy.WRR,
        "loadBalancer.strategy",
        "strategy " + strategy);
    mistakes.refuse(balancer.sticky().isPresent(), "loadBalancer.sticky", "sticky");
    mistakes.refuse(balancer.healthCheck().isPresent(), "loadBalancer.healthCheck", "healthCheck");
    mistakes.refuse(
        balancer.passiveHealthCheck().isPresent(),
        "loadBalancer.passiveHealthCheck",
        "passiveHealthCheck");
  }

  private List<Server> servers(LoadBalancer balancer, Mistakes mistakes) {
    var parsed = new ArrayList<Server>();
    for (int i = 0; i < balancer.servers().size(); i++) {
      Service.Server server = balancer.servers().get(i);
      String option = "loadBalancer.servers[" + i + "].url";
      try {
        Server made = Server.of(server.url(), server.weight(), server.preservePath());
        forwarder.unsupported(made.url()).ifPresent(reason -> mistakes.add(option, reason));
        parsed.add(made);
      } catch (IllegalArgumentException e) {
        mistakes.add(option, String.valueOf(e.getMessage()));
      }
    }
    return List.copyOf(parsed);
  }

  private static String kind(Service service) {
    if (service.weighted().isPresent()) {
      return "weighted";
    } else if (service.mirroring().isPresent()) {
      return "mirroring";
    } else if (service.failover().isPresent()) {
      return "failover";
    }
    return "highestRandomWeight";
  }

  /** The mistakes of one service. */
  private final class Mistakes {
    private final String provider;
    private final String name;
    private int count;

    Mistakes(String provider, String name) {
      this.provider = provider;
      this.name = name;
    }

    void refuse(boolean given, String option, String what) {
      if (given) {
        add(option, what + " is not served yet");
      }
    }

    void add(String option, String reason) {
      count++;
      flaws.add(provider, new Flaw(SECTION, name, option, "is not served: " + reason, false));
    }
  }
}
