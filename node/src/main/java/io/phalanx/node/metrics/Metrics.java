package io.phalanx.node.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.metrics.SeriesGroup.Owner;
import io.phalanx.node.settings.MetricsSettings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * All that this node counts. Names and labels are Traefik's where it has them; what it has no word
 * for begins with {@code phalanx_}.
 *
 * <p>Thread-safe. Counting neither waits nor, for a combination of labels that was seen before,
 * makes anything.
 */
public final class Metrics implements AutoCloseable {
  private final PrometheusRegistry prometheus = new PrometheusRegistry();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final RequestMetrics requests;
  private final Map<String, MultiGauge> multiGauges = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private final Counter reloads;
  private final AtomicLong lastReload = new AtomicLong();

  /** The registry itself holds what a counter reads by a weak reference only. */
  private final List<DoubleSupplier> counted = new CopyOnWriteArrayList<>();

  private volatile Served served = new Served(Map.of(), Set.of());

  /** Names as in logs: what each router sends to, and what may answer. */
  private record Served(Map<String, String> servicesByRouter, Set<String> answering) {
    Served {
      servicesByRouter = Map.copyOf(servicesByRouter);
      answering = Set.copyOf(answering);
    }

    boolean isRouter(Owner owner) {
      return owner.name().equals(servicesByRouter.get(owner.router()));
    }

    Predicate<Owner> services() {
      var named = new HashSet<>(servicesByRouter.values());
      return owner -> answering.contains(owner.name()) || named.contains(owner.name());
    }
  }

  public Metrics(boolean withInternals, MetricsSettings.Prometheus settings, InstantSource clock) {
    this.clock = clock;
    this.requests = new RequestMetrics(registry, withInternals, settings);
    this.reloads =
        Counter.builder("traefik_config_reloads_total")
            .description("Configurations that were taken over.")
            .register(registry);
    gauge(
        "traefik_config_last_reload_success",
        "When a configuration was last taken over, in Unix seconds.",
        Map.of(),
        lastReload::get);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Counts each request that is over. */
  public ExchangeObserver requests() {
    return requests;
  }

  /** Shows a number that is read whenever metrics are fetched. It must be there at once. */
  public void gauge(
      String name, String description, Map<String, String> labels, DoubleSupplier value) {
    Gauge.builder(name, value::getAsDouble)
        .description(description)
        .tags(tags(labels))
        .register(registry);
  }

  /**
   * Shows one number for each of some things, in the place of those that were shown before.
   *
   * @param rows labels and numbers; the keys of the labels are the same in all
   */
  public void gauges(String name, String description, Map<Map<String, String>, Double> rows) {
    multiGauges
        .computeIfAbsent(
            name, _ -> MultiGauge.builder(name).description(description).register(registry))
        .register(
            rows.entrySet().stream()
                .<MultiGauge.Row<?>>map(
                    row -> MultiGauge.Row.of(tags(row.getKey()), row.getValue()))
                .toList(),
            true);
  }

  /** Shows a number that only grows. */
  public void counter(String name, String description, DoubleSupplier value) {
    counter(name, description, Map.of(), value);
  }

  public void counter(
      String name, String description, Map<String, String> labels, DoubleSupplier value) {
    counted.add(value);
    FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
        .description(description)
        .tags(tags(labels))
        .register(registry);
  }

  /** What is read of each of some things whenever metrics are fetched, by its labels. */
  public void gauges(
      String name, String description, Supplier<Map<Map<String, String>, Double>> rows) {
    prometheus.register(
        () -> {
          var snapshot = GaugeSnapshot.builder().name(name).help(description);
          rows.get()
              .forEach(
                  (labels, value) ->
                      snapshot.dataPoint(
                          GaugeSnapshot.GaugeDataPointSnapshot.builder()
                              .labels(labels(labels))
                              .value(value)
                              .build()));
          return snapshot.build();
        });
  }

  /**
   * The same for what only grows.
   *
   * @param name ends with {@code _total}
   */
  public void counters(
      String name, String description, Supplier<Map<Map<String, String>, Double>> rows) {
    prometheus.register(
        () -> {
          var snapshot =
              CounterSnapshot.builder().name(name.replaceAll("_total$", "")).help(description);
          rows.get()
              .forEach(
                  (labels, value) ->
                      snapshot.dataPoint(
                          CounterSnapshot.CounterDataPointSnapshot.builder()
                              .labels(labels(labels))
                              .value(value)
                              .build()));
          return snapshot.build();
        });
  }

  private static Labels labels(Map<String, String> labels) {
    var builder = Labels.builder();
    new TreeMap<>(labels).forEach(builder::label);
    return builder.build();
  }

  private static Tags tags(Map<String, String> labels) {
    Tags tags = Tags.empty();
    for (Map.Entry<String, String> label : labels.entrySet()) {
      tags = tags.and(label.getKey(), label.getValue());
    }
    return tags;
  }

  /**
   * Counts a configuration that was taken over. The series of routers that it does not have any
   * more are fetched once more and then forgotten, like Traefik's.
   *
   * @param servicesByRouter names as in logs
   * @param answering all services that may answer
   */
  public void reloaded(Map<String, String> servicesByRouter, Set<String> answering) {
    reloads.increment();
    lastReload.set(clock.instant().getEpochSecond());
    served = new Served(servicesByRouter, answering);
  }

  /** Everything, in Prometheus' text format. Takes its time: not on an I/O thread. */
  String text() {
    Served now = served;
    MetricSnapshots snapshots = prometheus.scrape();
    requests.retain(now::isRouter, now.services());
    return TextExposition.of(snapshots, Metrics::isShown);
  }

  /** Micrometer adds a decaying maximum to each timer, which Traefik's metrics do not have. */
  private static boolean isShown(String name) {
    return !(name.startsWith("traefik_") && name.endsWith("_max"));
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
