package io.phalanx.node.activation;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.pipeline.ServiceEndpoint;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.WeightedRoundRobin;
import io.phalanx.node.sticky.Places;
import io.phalanx.node.sticky.Sessions;
import io.phalanx.providers.dynamic.Service;
import io.phalanx.providers.dynamic.Service.LoadBalancer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Builds services with servers. */
final class LoadBalancers {
  private final ServiceParts parts;
  private final Transports transports;
  private final Scope scope;

  LoadBalancers(ServiceParts parts, Transports transports, Scope scope) {
    this.parts = parts;
    this.transports = transports;
    this.scope = scope;
  }

  /** Empty if there are mistakes, which are added to {@code mistakes}. */
  Optional<ServiceEndpoint> build(
      String qualified, LoadBalancer balancer, ServiceMistakes mistakes) {
    refuseWhatIsNotServed(balancer, mistakes);
    List<Server> all = servers(balancer, mistakes);
    Optional<Forwarder.Transport> transport =
        transport(Names.providerOf(qualified), balancer, mistakes);
    Optional<Sessions<Server>> sessions = sessions(qualified, balancer, all, mistakes);
    if (!mistakes.isEmpty() || transport.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ServiceEndpoint(
            qualified,
            all,
            new WeightedRoundRobin(notDrained(balancer, all), parts.offset()),
            sessions,
            balancer.passHostHeader(),
            transport.get(),
            parts.forwarder()));
  }

  /** Those that requests without a session are sent to. */
  private static List<Server> notDrained(LoadBalancer balancer, List<Server> all) {
    return IntStream.range(0, all.size())
        .filter(i -> !balancer.servers().get(i).drain())
        .mapToObj(all::get)
        .toList();
  }

  private Optional<Sessions<Server>> sessions(
      String qualified, LoadBalancer balancer, List<Server> all, ServiceMistakes mistakes) {
    List<Places.Named<Server>> names =
        all.stream()
            .filter(server -> server.weight() > 0)
            .map(server -> new Places.Named<>(server, server.text(), server.url().toString()))
            .toList();
    return balancer
        .sticky()
        .flatMap(
            sticky ->
                new Stickiness(qualified, parts, mistakes)
                    .build(sticky, "loadBalancer.sticky", Places.of(names, _ -> true)));
  }

  private Optional<Forwarder.Transport> transport(
      String provider, LoadBalancer balancer, ServiceMistakes mistakes) {
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

  private static void refuseWhatIsNotServed(LoadBalancer balancer, ServiceMistakes mistakes) {
    String strategy = balancer.strategy().name().toLowerCase(Locale.ROOT);
    mistakes.refuse(
        balancer.strategy() != Service.Strategy.WRR,
        "loadBalancer.strategy",
        "strategy " + strategy);
    mistakes.refuse(balancer.healthCheck().isPresent(), "loadBalancer.healthCheck", "healthCheck");
    mistakes.refuse(
        balancer.passiveHealthCheck().isPresent(),
        "loadBalancer.passiveHealthCheck",
        "passiveHealthCheck");
  }

  private List<Server> servers(LoadBalancer balancer, ServiceMistakes mistakes) {
    var parsed = new ArrayList<Server>();
    for (int i = 0; i < balancer.servers().size(); i++) {
      Service.Server server = balancer.servers().get(i);
      String option = "loadBalancer.servers[" + i + "].url";
      try {
        Server made = Server.of(server.url(), server.weight(), server.preservePath());
        parts.forwarder().unsupported(made.url()).ifPresent(reason -> mistakes.add(option, reason));
        parsed.add(made);
      } catch (IllegalArgumentException e) {
        mistakes.add(option, String.valueOf(e.getMessage()));
      }
    }
    return List.copyOf(parsed);
  }
}
