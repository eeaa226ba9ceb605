package io.phalanx.node.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.phalanx.node.exchange.Failure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts failures by whose fault they are, what went wrong, and how far things had come. */
final class FailureCounters {
  private static final String NAME = "phalanx_failures_total";

  private record Key(String entryPoint, Failure.Labels labels) {}

  private final MeterRegistry registry;
  private final Map<Key, Counter> counters = new ConcurrentHashMap<>();

  FailureCounters(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(String entryPoint, Failure failure) {
    counters.computeIfAbsent(new Key(entryPoint, failure.labels()), this::counter).increment();
  }

  private Counter counter(Key key) {
    return Counter.builder(NAME)
        .description("Requests that were refused, broken off or not answered by their server.")
        .tag("entrypoint", key.entryPoint())
        .tag("side", key.labels().side())
        .tag("kind", key.labels().kind())
        .tag("stage", key.labels().stage())
        .register(registry);
  }
}
