package io.phalanx.node.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.phalanx.node.exchange.ClientTls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The meters of all entry points, of all routers, or of all services. */
final class SeriesGroup {
  /** The methods that have a label of their own, for clients may make any up. */
  private static final Set<String> METHODS =
      Set.of("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE");

  private static final String OTHER_METHOD = "EXTENSION_METHOD";

  private final MeterRegistry registry;
  private final SeriesNames names;
  private final HeaderLabels headerLabels;
  private final Duration[] buckets;
  private final Map<Owner, Map<Labels, Series>> owners = new ConcurrentHashMap<>();
  private final Map<Owner, Map<TlsLabels, Counter>> byTls = new ConcurrentHashMap<>();
  private final Map<Owner, Counter> retries = new ConcurrentHashMap<>();

  /**
   * What the series of a group belong to.
   *
   * @param router empty but for routers
   */
  record Owner(String name, String router) {}

  private record Labels(int status, String method, RequestProtocol protocol) {}

  private record TlsLabels(String version, String cipherSuite) {}

  SeriesGroup(
      MeterRegistry registry, SeriesNames names, HeaderLabels headerLabels, List<Double> buckets) {
    this.registry = registry;
    this.names = names;
    this.headerLabels = headerLabels;
    this.buckets =
        buckets.stream()
            .map(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
            .toArray(Duration[]::new);
  }

  Series series(Owner owner, int status, String method, RequestProtocol protocol) {
    var labels = new Labels(status, METHODS.contains(method) ? method : OTHER_METHOD, protocol);
    Map<Labels, Series> known = owners.get(owner);
    if (known == null) {
      known = owners.computeIfAbsent(owner, _ -> new ConcurrentHashMap<>());
    }
    Series series = known.get(labels);
    if (series == null) {
      series =
          known.computeIfAbsent(
              labels, _ -> new Series(registry, names, tags(owner, labels), headerLabels, buckets));
    }
    return series;
  }

  /** Counts a request that came by TLS. */
  void countTls(Owner owner, ClientTls tls) {
    var labels = new TlsLabels(tls.version(), tls.cipherSuite());
    byTls
        .computeIfAbsent(owner, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(labels, _ -> counter(owner, labels))
        .increment();
  }

  /** Counts how often a request was sent once more. */
  void countRetries(Owner owner, int count) {
    retries.computeIfAbsent(owner, this::retries).increment(count);
  }

  private Counter retries(Owner owner) {
    return Counter.builder(names.retries())
        .description("How often requests were sent once more.")
        .tags(of(owner, Tags.empty()))
        .register(registry);
  }

  private Counter counter(Owner owner, TlsLabels labels) {
    return Counter.builder(names.requestsByTls())
        .description("Requests that came by TLS.")
        .tags(
            of(owner, Tags.of("tls_version", labels.version(), "tls_cipher", labels.cipherSuite())))
        .register(registry);
  }

  private Tags tags(Owner owner, Labels labels) {
    return of(
        owner,
        Tags.of(
            "code",
            Integer.toString(labels.status()),
            "method",
            labels.method(),
            "protocol",
            labels.protocol().label()));
  }

  private Tags of(Owner owner, Tags tags) {
    return switch (names) {
      case ENTRY_POINT -> tags.and("entrypoint", owner.name());
      case ROUTER -> tags.and("router", owner.router(), "service", owner.name());
      case SERVICE -> tags.and("service", owner.name());
    };
  }

  /** Forgets whatever belongs to nothing that is served any more. */
  void retain(Predicate<Owner> served) {
    retries
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !served.test(entry.getKey());
              if (gone) {
                registry.remove(entry.getValue());
              }
              return gone;
            });
    byTls
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !served.test(entry.getKey());
              if (gone) {
                entry.getValue().values().forEach(registry::remove);
              }
              return gone;
            });
    owners
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !served.test(entry.getKey());
              if (gone) {
                entry.getValue().values().forEach(Series::remove);
              }
              return gone;
            });
  }
}
