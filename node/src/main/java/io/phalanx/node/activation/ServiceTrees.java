package io.phalanx.node.activation;

import io.phalanx.node.exchange.StatusRanges;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.pipeline.FailoverEndpoint;
import io.phalanx.node.pipeline.MirroringEndpoint;
import io.phalanx.node.pipeline.RendezvousEndpoint;
import io.phalanx.node.pipeline.WeightedEndpoint;
import io.phalanx.node.service.Rendezvous;
import io.phalanx.node.service.WeightedTurns;
import io.phalanx.node.sticky.Places;
import io.phalanx.node.sticky.Sessions;
import io.phalanx.providers.dynamic.Service;
import io.phalanx.providers.dynamic.Service.FailoverErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds services that lead to other services. */
final class ServiceTrees {
  private final ServiceParts parts;

  ServiceTrees(ServiceParts parts) {
    this.parts = parts;
  }

  /** Empty if there are mistakes, which are added to {@code mistakes}. */
  Optional<Services.Built> build(
      String qualified, Service service, Services.Children children, ServiceMistakes mistakes) {
    var made = new ArrayList<Endpoint>(1);
    service
        .weighted()
        .ifPresent(options -> made.add(weighted(qualified, options, children, mistakes)));
    service
        .highestRandomWeight()
        .ifPresent(options -> made.add(rendezvous(qualified, options, children, mistakes)));
    service.mirroring().ifPresent(options -> made.add(mirroring(options, children)));
    service.failover().ifPresent(options -> made.add(failover(options, children, mistakes)));
    return mistakes.isEmpty() ? Optional.of(children.of(made.getFirst())) : Optional.empty();
  }

  private Endpoint weighted(
      String qualified,
      Service.Weighted options,
      Services.Children children,
      ServiceMistakes mistakes) {
    mistakes.refuse(options.healthCheck().isPresent(), "weighted.healthCheck", "healthCheck");
    var shares = new ArrayList<WeightedTurns.Share<Endpoint>>();
    var names = new ArrayList<Places.Named<Endpoint>>();
    for (int i = 0; i < options.services().size(); i++) {
      Service.WeightedService child = options.services().get(i);
      Endpoint endpoint = children.child(child.name(), "weighted.services[" + i + "].name");
      shares.add(new WeightedTurns.Share<>(endpoint, child.weight()));
      if (child.weight() > 0) {
        names.add(new Places.Named<>(endpoint, child.name(), ""));
      }
    }
    Optional<Sessions<Endpoint>> sessions =
        options
            .sticky()
            .flatMap(
                sticky ->
                    new Stickiness(qualified, parts, mistakes)
                        .build(sticky, "weighted.sticky", Places.of(names, Endpoint::isUp)));
    return new WeightedEndpoint(qualified, shares, sessions, parts.offset());
  }

  private static Endpoint rendezvous(
      String qualified,
      Service.HighestRandomWeight options,
      Services.Children children,
      ServiceMistakes mistakes) {
    mistakes.refuse(
        options.healthCheck().isPresent(), "highestRandomWeight.healthCheck", "healthCheck");
    var entries = new ArrayList<Rendezvous.Entry<Endpoint>>();
    for (int i = 0; i < options.services().size(); i++) {
      Service.WeightedService child = options.services().get(i);
      entries.add(
          new Rendezvous.Entry<>(
              children.child(child.name(), "highestRandomWeight.services[" + i + "].name"),
              child.name(),
              child.weight()));
    }
    return new RendezvousEndpoint(qualified, entries);
  }

  /** Its {@code healthCheck} only says that it is as healthy as its main service, which it is. */
  private Endpoint mirroring(Service.Mirroring options, Services.Children children) {
    Endpoint main = children.child(options.service(), "mirroring.service");
    var mirrors = new ArrayList<MirroringEndpoint.Mirror>();
    for (int i = 0; i < options.mirrors().size(); i++) {
      Service.Mirror mirror = options.mirrors().get(i);
      mirrors.add(
          new MirroringEndpoint.Mirror(
              children.child(mirror.name(), "mirroring.mirrors[" + i + "].name"),
              mirror.percent()));
    }
    return new MirroringEndpoint(
        main,
        mirrors,
        new MirroringEndpoint.Bodies(options.mirrorBody(), options.maxBodySize(), parts.bodies()),
        parts.copies());
  }

  private Endpoint failover(
      Service.Failover options, Services.Children children, ServiceMistakes mistakes) {
    mistakes.refuse(options.healthCheck().isPresent(), "failover.healthCheck", "healthCheck");
    Endpoint main = children.child(options.service(), "failover.service");
    Endpoint fallback = children.child(options.fallback(), "failover.fallback");
    List<String> statuses = options.errors().map(FailoverErrors::status).orElse(List.of());
    StatusRanges parsed = StatusRanges.NONE;
    try {
      parsed = StatusRanges.parse(statuses);
    } catch (IllegalArgumentException e) {
      mistakes.add("failover.errors.status", String.valueOf(e.getMessage()));
    }
    if (statuses.isEmpty()) {
      mistakes.add(
          "failover",
          "nothing tells when its service is down: errors.status is empty, and health checks are"
              + " not served yet");
    }
    long mostBody = options.errors().map(FailoverErrors::maxRequestBodyBytes).orElse(-1L);
    return new FailoverEndpoint(
        main, fallback, new FailoverEndpoint.Errors(parsed, mostBody, parts.bodies()));
  }
}
