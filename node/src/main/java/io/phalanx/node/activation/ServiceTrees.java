package io.phalanx.node.activation;

import io.phalanx.node.exchange.StatusRanges;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.pipeline.FailoverEndpoint;
import io.phalanx.node.pipeline.MirroringEndpoint;
import io.phalanx.node.pipeline.RendezvousEndpoint;
import io.phalanx.node.pipeline.WeightedEndpoint;
import io.phalanx.node.service.Available;
import io.phalanx.node.service.Rendezvous;
import io.phalanx.node.service.WeightedTurns;
import io.phalanx.node.sticky.Places;
import io.phalanx.node.sticky.Sessions;
import io.phalanx.providers.dynamic.Service;
import io.phalanx.providers.dynamic.Service.FailoverErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Builds services that lead to other services. */
final class ServiceTrees {
  private final ServiceParts parts;

  ServiceTrees(ServiceParts parts) {
    this.parts = parts;
  }

  /** Empty if there are mistakes, which are added to {@code mistakes}. */
  Optional<Services.Built> build(
      String qualified, Service service, Services.Children children, ServiceMistakes mistakes) {
    var made = new ArrayList<Services.Built>(1);
    service
        .weighted()
        .ifPresent(
            options ->
                made.add(
                    children.of(
                        weighted(qualified, options, children, mistakes),
                        options.healthCheck().isPresent())));
    service
        .highestRandomWeight()
        .ifPresent(
            options ->
                made.add(
                    children.of(
                        rendezvous(qualified, options, children),
                        options.healthCheck().isPresent())));
    service
        .mirroring()
        .ifPresent(
            options ->
                made.add(
                    children.of(
                        mirroring(options, children),
                        options.healthCheck().isPresent()
                            && children.tellsHealth(options.service()))));
    service
        .failover()
        .ifPresent(
            options ->
                made.add(
                    children.of(
                        failover(options, children, mistakes), options.healthCheck().isPresent())));
    return mistakes.isEmpty() ? Optional.of(made.getFirst()) : Optional.empty();
  }

  /** The endpoint of a service whose health counts if {@code looks}. */
  private static Endpoint child(
      Services.Children children, String name, String option, boolean looks) {
    return looks
        ? children.tellingChild(name, option, "which the healthCheck of this service needs")
        : children.child(name, option);
  }

  /** What is made of those of some things that get requests now. */
  private <T, R> Available<T, R> available(
      boolean looks, List<T> all, Predicate<T> isUp, Function<List<T>, R> made) {
    return looks
        ? new Available<>(all, isUp, parts.health()::changes, made)
        : Available.always(all, made);
  }

  private Endpoint weighted(
      String qualified,
      Service.Weighted options,
      Services.Children children,
      ServiceMistakes mistakes) {
    boolean looks = options.healthCheck().isPresent();
    var shares = new ArrayList<WeightedTurns.Share<Endpoint>>();
    var names = new ArrayList<Places.Named<Endpoint>>();
    for (int i = 0; i < options.services().size(); i++) {
      Service.WeightedService child = options.services().get(i);
      Endpoint endpoint = child(children, child.name(), "weighted.services[" + i + "].name", looks);
      if (child.weight() > 0) {
        shares.add(new WeightedTurns.Share<>(endpoint, child.weight()));
        names.add(new Places.Named<>(endpoint, child.name(), ""));
      }
    }
    Optional<Sessions<Endpoint>> sessions =
        options
            .sticky()
            .flatMap(
                sticky ->
                    new Stickiness(qualified, parts, mistakes)
                        .build(
                            sticky,
                            "weighted.sticky",
                            Places.of(names, at -> !looks || at.isUp())));
    return new WeightedEndpoint(
        qualified,
        available(
            looks,
            shares,
            share -> share.of().isUp(),
            up -> new WeightedTurns<>(up, parts.offset())),
        sessions);
  }

  private Endpoint rendezvous(
      String qualified, Service.HighestRandomWeight options, Services.Children children) {
    boolean looks = options.healthCheck().isPresent();
    var entries = new ArrayList<Rendezvous.Entry<Endpoint>>();
    for (int i = 0; i < options.services().size(); i++) {
      Service.WeightedService child = options.services().get(i);
      Endpoint endpoint =
          child(children, child.name(), "highestRandomWeight.services[" + i + "].name", looks);
      if (child.weight() > 0) {
        entries.add(new Rendezvous.Entry<>(endpoint, child.name(), child.weight()));
      }
    }
    return new RendezvousEndpoint(
        qualified, available(looks, entries, entry -> entry.of().isUp(), Rendezvous::new));
  }

  /** It is as healthy as its main service. */
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
    boolean looks = options.healthCheck().isPresent();
    List<String> statuses = options.errors().map(FailoverErrors::status).orElse(List.of());
    StatusRanges parsed = StatusRanges.NONE;
    try {
      parsed = StatusRanges.parse(statuses);
    } catch (IllegalArgumentException e) {
      mistakes.add("failover.errors.status", String.valueOf(e.getMessage()));
    }
    Endpoint main =
        statuses.isEmpty()
            ? children.tellingChild(
                options.service(),
                "failover.service",
                "and without errors.status nothing else tells when it is down")
            : children.child(options.service(), "failover.service");
    Endpoint fallback = child(children, options.fallback(), "failover.fallback", looks);
    long mostBody = options.errors().map(FailoverErrors::maxRequestBodyBytes).orElse(-1L);
    return new FailoverEndpoint(
        main, fallback, new FailoverEndpoint.Errors(parsed, mostBody, parts.bodies()), looks);
  }
}
