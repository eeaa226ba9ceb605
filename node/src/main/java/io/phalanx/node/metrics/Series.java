package io.phalanx.node.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The meters of one combination of labels: found once, then counted without looking anything up.
 */
final class Series {
  private final MeterRegistry registry;
  private final SeriesNames names;
  private final Tags tags;
  private final HeaderLabels headerLabels;
  private final Timer durations;
  private final Counter requestBytes;
  private final Counter responseBytes;
  private final Map<List<String>, Counter> requests = new ConcurrentHashMap<>();

  Series(
      MeterRegistry registry,
      SeriesNames names,
      Tags tags,
      HeaderLabels headerLabels,
      Duration[] buckets) {
    this.registry = registry;
    this.names = names;
    this.tags = tags;
    this.headerLabels = headerLabels;
    this.durations =
        Timer.builder(names.durations())
            .description("How long it took to answer, in seconds.")
            .serviceLevelObjectives(buckets)
            .tags(tags)
            .register(registry);
    this.requestBytes =
        Counter.builder(names.requestBytes())
            .description("Bytes of the bodies of requests.")
            .tags(tags)
            .register(registry);
    this.responseBytes =
        Counter.builder(names.responseBytes())
            .description("Bytes of the bodies of answers.")
            .tags(tags)
            .register(registry);
  }

  void count(long nanos, long bytesIn, long bytesOut, List<String> headerValues) {
    Counter counter = requests.get(headerValues);
    if (counter == null) {
      counter = requests.computeIfAbsent(headerLabels.admitted(headerValues), this::requests);
    }
    counter.increment();
    durations.record(nanos, TimeUnit.NANOSECONDS);
    requestBytes.increment((double) bytesIn);
    responseBytes.increment((double) bytesOut);
  }

  private Counter requests(List<String> headerValues) {
    return Counter.builder(names.requests())
        .description("Requests that were answered.")
        .tags(tags.and(headerLabels.tags(headerValues)))
        .register(registry);
  }

  void remove() {
    registry.remove(durations);
    registry.remove(requestBytes);
    registry.remove(responseBytes);
    requests.values().forEach(registry::remove);
    headerLabels.released(requests.size());
  }
}
