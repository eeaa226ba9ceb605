package io.phalanx.it.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What was measured, for people as tables and for programs as JSON. */
final class Report {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Map<String, String> machine;
  private final Measurement measurement;
  private final Map<String, Map<String, List<Slice>>> scenarios = new LinkedHashMap<>();

  /**
   * @param machine facts about where it was measured, each under its name
   */
  Report(Map<String, String> machine, Measurement measurement) {
    this.machine = new LinkedHashMap<>(machine);
    this.measurement = measurement;
  }

  private record Result(Map<String, Summary> summary, Map<String, List<Slice>> slices) {}

  void add(Scenario scenario, Map<String, List<Slice>> slices) {
    scenarios.put(scenario.toString(), slices);
  }

  /** One table; the first contestant is what the others are compared with. */
  String table(Scenario scenario) {
    Map<String, Summary> summaries =
        summaries(scenarios.getOrDefault(scenario.toString(), Map.of()));
    var text = new StringBuilder();
    text.append("%n%s: %s%n".formatted(scenario, scenario.description()));
    text.append(
        "%-14s %8s  %-15s %9s %8s %8s %7s %7s %7s %9s%n"
            .formatted(
                "proxy",
                "cpu µs",
                "[min..max]",
                "req/s",
                "p50 ms",
                "p99 ms",
                "errors",
                "quiet",
                "ratio",
                "smallest"));
    summaries.forEach((contestant, summary) -> text.append(line(contestant, summary)));
    return text.toString();
  }

  private static String line(String contestant, Summary summary) {
    return "%-14s %8.1f  %-15s %9.0f %8.2f %8.2f %7d %7s %7s %9s%n"
        .formatted(
            contestant,
            summary.cpuMicros(),
            "[%.1f..%.1f]".formatted(summary.smallestMicros(), summary.largestMicros()),
            summary.perSecond(),
            summary.p50Micros() / 1e3,
            summary.p99Micros() / 1e3,
            summary.errors(),
            summary.accepted() + "/" + summary.measured(),
            ratio(summary.medianRatio()),
            ratio(summary.smallestRatio()));
  }

  private static String ratio(OptionalDouble ratio) {
    return ratio.isPresent() ? "%.2f".formatted(ratio.getAsDouble()) : "-";
  }

  private Map<String, Summary> summaries(Map<String, List<Slice>> slices) {
    List<Slice> baseline = slices.values().stream().findFirst().orElse(List.of());
    Map<String, Summary> summaries = new LinkedHashMap<>();
    slices.forEach(
        (contestant, own) ->
            summaries.put(contestant, Summary.of(own, baseline, measurement.gateCores())));
    return summaries;
  }

  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("format", 1);
    root.put("machine", machine);
    root.put("measurement", measurement);
    root.put(
        "scenarios",
        scenarios.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry -> new Result(summaries(entry.getValue()), entry.getValue()),
                    (first, _) -> first,
                    LinkedHashMap::new)));
    return JSON.writeValueAsString(root) + '\n';
  }
}
