package io.phalanx.node.activation;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.pipeline.ServiceEndpoint;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.WeightedRoundRobin;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Service;
import io.phalanx.providers.dynamic.Service.LoadBalancer;
import io.phalanx.providers.tree.DidYouMean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Builds the services that routers name, each once. */
final class Services {
  private final Map<String, Endpoint> internal;
  private final Forwarder forwarder;
  private final Transports transports;
  private final int offset;
  private final Map<String, Service> configured = new HashMap<>();
  private final Map<String, Endpoint> built = new HashMap<>();
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
      SortedMap<String, DynamicConfig> snapshots) {
    this.internal = internal;
    this.forwarder = forwarder;
    this.transports = transports;
    this.offset = offset;
    snapshots.forEach(
        (provider, config) ->
            config
                .http()
                .services()
                .forEach((name, service) -> configured.put(name + '@' + provider, service)));
  }

  /** Where the services that were built send requests. */
  Set<Forwarder.Target> targets() {
    return targets;
  }

  /**
   * @param name qualified
   */
  Endpoint endpoint(String name) throws DisabledException {
    Endpoint own = internal.get(name);
    if (own != null) {
      return own;
    }
    Endpoint known = built.get(name);
    if (known != null) {
      return known;
    }
    Service service = configured.get(name);
    if (service == null) {
      throw new DisabledException(
          "there is no service \"" + name + '"' + DidYouMean.among(name, configured.keySet()));
    }
    try {
      Endpoint endpoint = build(name, service);
      built.put(name, endpoint);
      return endpoint;
    } catch (IllegalArgumentException e) {
      throw new DisabledException("service \"" + name + "\": " + e.getMessage());
    }
  }

  private Endpoint build(String name, Service service) {
    LoadBalancer balancer =
        service
            .loadBalancer()
            .orElseThrow(() -> new IllegalArgumentException(kind(service) + " is not served yet"));
    refuse(!service.middlewares().isEmpty(), "middlewares of services");
    refuse(
        balancer.strategy() != Service.Strategy.WRR,
        "strategy " + balancer.strategy().name().toLowerCase(java.util.Locale.ROOT));
    refuse(balancer.sticky().isPresent(), "sticky");
    refuse(balancer.healthCheck().isPresent(), "healthCheck");
    refuse(balancer.passiveHealthCheck().isPresent(), "passiveHealthCheck");
    String provider = name.substring(name.lastIndexOf('@') + 1);
    Forwarder.Transport transport =
        transports.transport(
            balancer
                .serversTransport()
                .filter(given -> !given.isEmpty())
                .map(given -> Names.qualify(given, provider))
                .orElse(Transports.DEFAULT));
    var parsed = new ArrayList<Server>();
    for (Service.Server server : balancer.servers()) {
      Server made = Server.of(server.url(), server.weight(), server.preservePath());
      Optional<String> unsupported = forwarder.unsupported(made.url());
      if (unsupported.isPresent()) {
        throw new IllegalArgumentException(unsupported.get());
      }
      parsed.add(made);
    }
    List<Server> all = List.copyOf(parsed);
    var endpoint =
        new ServiceEndpoint(
            name,
            all,
            new WeightedRoundRobin(all, offset),
            balancer.passHostHeader(),
            transport,
            forwarder);
    targets.addAll(endpoint.targets());
    return endpoint;
  }

  private static void refuse(boolean given, String what) {
    if (given) {
      throw new IllegalArgumentException(what + " is not served yet");
    }
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
}
