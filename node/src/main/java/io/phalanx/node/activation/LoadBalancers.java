package io.phalanx.node.activation;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.health.ActiveCheck;
import io.phalanx.node.health.PassiveWatch;
import io.phalanx.node.health.Question;
import io.phalanx.node.health.ServerHealth;
import io.phalanx.node.health.Subject;
import io.phalanx.node.pipeline.ServiceEndpoint;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.ServerWatch;
import io.phalanx.node.sticky.Places;
import io.phalanx.node.sticky.Sessions;
import io.phalanx.providers.dynamic.Service;
import io.phalanx.providers.dynamic.Service.LoadBalancer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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
  Optional<Services.Built> build(
      String qualified, LoadBalancer balancer, ServiceMistakes mistakes) {
    List<Server> all = servers(balancer, mistakes);
    Optional<Forwarder.Transport> transport =
        transport(Names.providerOf(qualified), balancer, mistakes);
    List<Server> weighted = all.stream().filter(server -> server.weight() > 0).toList();
    IdentityHashMap<Server, ServerHealth> healths =
        transport
            .map(way -> healths(qualified, balancer, weighted, way, mistakes))
            .orElseGet(IdentityHashMap::new);
    var choices = new ServerChoices(parts, balancer.strategy(), weighted, healths);
    Optional<Sessions<Server>> sessions =
        sessions(qualified, balancer, weighted, choices::isUp, mistakes);
    if (!mistakes.isEmpty() || transport.isEmpty()) {
      return Optional.empty();
    }
    var endpoint =
        new ServiceEndpoint(
            qualified,
            all,
            choices.build(notDrained(balancer, all), sessions, watches(balancer, healths)),
            balancer.passHostHeader(),
            transport.get(),
            parts.forwarder());
    var targets = new HashSet<>(endpoint.targets());
    healths.values().stream()
        .flatMap(health -> health.subject().active().stream())
        .map(ActiveCheck::question)
        .filter(Question.class::isInstance)
        .forEach(question -> targets.add(((Question) question).target()));
    var reach = new Services.Reach(targets, Set.of(qualified), Set.copyOf(healths.values()));
    return Optional.of(new Services.Built(endpoint, reach, isLookedAt(balancer)));
  }

  private static List<ServerWatch> watches(
      LoadBalancer balancer, IdentityHashMap<Server, ServerHealth> healths) {
    return balancer.passiveHealthCheck().isPresent()
        ? List.of(new PassiveWatch(healths))
        : List.of();
  }

  private static boolean isLookedAt(LoadBalancer balancer) {
    return balancer.healthCheck().isPresent() || balancer.passiveHealthCheck().isPresent();
  }

  private IdentityHashMap<Server, ServerHealth> healths(
      String qualified,
      LoadBalancer balancer,
      List<Server> servers,
      Forwarder.Transport transport,
      ServiceMistakes mistakes) {
    var healths = new IdentityHashMap<Server, ServerHealth>();
    if (!isLookedAt(balancer)) {
      return healths;
    }
    try {
      for (Server server : servers) {
        Optional<ActiveCheck> active =
            balancer.healthCheck().map(options -> ActiveCheck.of(options, server, transport));
        var subject =
            new Subject(
                qualified,
                server.text(),
                active,
                balancer.passiveHealthCheck(),
                balancer.slowStart());
        healths.put(server, parts.health().of(subject));
      }
    } catch (IllegalArgumentException e) {
      mistakes.add("loadBalancer.healthCheck", String.valueOf(e.getMessage()));
    }
    return healths;
  }

  /** Those that requests without a session are sent to. */
  private static List<Server> notDrained(LoadBalancer balancer, List<Server> all) {
    return IntStream.range(0, all.size())
        .filter(i -> all.get(i).weight() > 0 && !balancer.servers().get(i).drain())
        .mapToObj(all::get)
        .toList();
  }

  private Optional<Sessions<Server>> sessions(
      String qualified,
      LoadBalancer balancer,
      List<Server> servers,
      Predicate<Server> isUp,
      ServiceMistakes mistakes) {
    List<Places.Named<Server>> names =
        servers.stream()
            .map(server -> new Places.Named<>(server, server.text(), server.url().toString()))
            .toList();
    return balancer
        .sticky()
        .flatMap(
            sticky ->
                new Stickiness(qualified, parts, mistakes)
                    .build(sticky, "loadBalancer.sticky", Places.of(names, isUp)));
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
