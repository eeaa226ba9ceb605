package io.phalanx.node.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.metrics.SeriesGroup.Owner;
import io.phalanx.node.settings.MetricsSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Counts every request at its entry point, its router and its service, as the settings want.
 *
 * <p>A request that no router matched counts at its entry point alone, one that a middleware
 * answered does not count at the service, which never saw it.
 */
final class RequestMetrics implements ExchangeObserver {
  private final boolean withInternals;
  private final FailureCounters failures;
  private final HeaderLabels headerLabels;
  private final Optional<SeriesGroup> entryPoints;
  private final Optional<SeriesGroup> routers;
  private final Optional<SeriesGroup> services;

  RequestMetrics(MeterRegistry registry, boolean withInternals, MetricsSettings.Prometheus wanted) {
    this.withInternals = withInternals;
    this.failures = new FailureCounters(registry);
    this.headerLabels = new HeaderLabels(wanted.headerLabels());
    this.entryPoints =
        group(registry, wanted, SeriesNames.ENTRY_POINT, wanted.addEntryPointsLabels());
    this.routers = group(registry, wanted, SeriesNames.ROUTER, wanted.addRoutersLabels());
    this.services = group(registry, wanted, SeriesNames.SERVICE, wanted.addServicesLabels());
  }

  private Optional<SeriesGroup> group(
      MeterRegistry registry,
      MetricsSettings.Prometheus wanted,
      SeriesNames names,
      boolean isWanted) {
    return isWanted
        ? Optional.of(new SeriesGroup(registry, names, headerLabels, wanted.buckets()))
        : Optional.empty();
  }

  @Override
  public void refused(String entryPoint, Failure failure) {
    failures.count(entryPoint, failure);
  }

  @Override
  public void completed(CompletedExchange exchange) {
    Trail trail = exchange.trail();
    trail.failure().ifPresent(failure -> failures.count(exchange.request().entryPoint(), failure));
    if (!trail.isMeasured() || (trail.isInternal() && !withInternals)) {
      return;
    }
    RequestHead request = exchange.request();
    int status = exchange.response().status();
    RequestProtocol protocol = RequestProtocol.of(request.headers());
    List<String> headerValues = headerLabels.values(request);
    long nanos = exchange.duration().toNanos();
    if (entryPoints.isPresent()) {
      request
          .tls()
          .ifPresent(tls -> entryPoints.get().countTls(new Owner(request.entryPoint(), ""), tls));
      entryPoints
          .get()
          .series(new Owner(request.entryPoint(), ""), status, request.method(), protocol)
          .count(nanos, exchange.requestBytes(), exchange.responseBytes(), headerValues);
    }
    if (routers.isPresent() && !trail.router().isEmpty()) {
      request
          .tls()
          .ifPresent(
              tls -> routers.get().countTls(new Owner(trail.service(), trail.router()), tls));
      routers
          .get()
          .series(new Owner(trail.service(), trail.router()), status, request.method(), protocol)
          .count(nanos, exchange.requestBytes(), exchange.responseBytes(), headerValues);
    }
    if (services.isPresent() && trail.retries() > 0) {
      services.get().countRetries(new Owner(trail.service(), ""), trail.retries());
    }
    if (services.isPresent() && trail.hasReachedService()) {
      countAtService(services.get(), exchange, headerValues);
    }
  }

  /** Copies count at the services that they are sent to, and nowhere else. */
  @Override
  public void copied(CompletedExchange copy) {
    if (services.isPresent() && copy.trail().hasReachedService()) {
      countAtService(services.get(), copy, headerLabels.values(copy.request()));
    }
  }

  private static void countAtService(
      SeriesGroup group, CompletedExchange exchange, List<String> headerValues) {
    RequestHead request = exchange.request();
    Trail trail = exchange.trail();
    var owner = new Owner(trail.servedBy(), "");
    request.tls().ifPresent(tls -> group.countTls(owner, tls));
    int status = trail.originStatus() < 0 ? exchange.response().status() : trail.originStatus();
    group
        .series(owner, status, request.method(), RequestProtocol.of(request.headers()))
        .count(
            atService(exchange), exchange.requestBytes(), exchange.responseBytes(), headerValues);
  }

  /** From the moment that the request went to a server; nothing if there was none. */
  private static long atService(CompletedExchange exchange) {
    long started = exchange.trail().originStarted();
    return started < 0 ? 0 : Math.max(0, exchange.endedAt() - started);
  }

  /** Forgets routers and services that are not served any more. */
  void retain(Predicate<Owner> servedRouters, Predicate<Owner> servedServices) {
    routers.ifPresent(group -> group.retain(servedRouters));
    services.ifPresent(group -> group.retain(servedServices));
  }
}
