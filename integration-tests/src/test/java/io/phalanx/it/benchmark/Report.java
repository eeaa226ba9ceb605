package io.phalanx.it.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What was measured, for people as a table and for programs as JSON. */
final class Report {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Map<String, String> machine;
  private final Measurement measurement;
  private final Map<Scenario, Outcome> outcomes = new LinkedHashMap<>();
  private final Map<String, FootprintReport> footprint = new LinkedHashMap<>();
  private final Map<String, ActivationReport> activation = new LinkedHashMap<>();

  /**
   * @param machine facts about where it was measured, each under its name
   */
  Report(Map<String, String> machine, Measurement measurement) {
    this.machine = new LinkedHashMap<>(machine);
    this.measurement = measurement;
  }

  private record Result(
      String description,
      Map<String, Summary> summary,
      int rate,
      Map<String, PacedSummary> pacedSummary,
      Map<String, List<Slice>> slices,
      Map<String, List<PacedSlice>> pacedSlices,
      Map<String, Profile> profiles) {}

  void add(Map<String, FootprintReport> reports) {
    footprint.putAll(reports);
  }

  /**
   * @param options of the node that was measured, as they are given
   */
  void add(String options, ActivationReport report) {
    activation.put(options, report);
  }

  private String activations() {
    var text = new StringBuilder();
    activation.forEach(
        (options, report) -> text.append("\n%s:%n%s".formatted(options, report.table())));
    return text.toString();
  }

  void add(Scenario scenario, Outcome outcome) {
    outcomes.put(scenario, outcome);
  }

  /** In each scenario the first contestant is what the others are compared with. */
  String table() {
    var table =
        new Table(
            "scenario",
            "proxy",
            "CPU µs [min to max]",
            "ratio (smallest)",
            "req/s",
            "p50 / p99 ms",
            "at req/s",
            "p50 / p99 / p99.9 ms",
            "p99 ratio",
            "errors",
            "quiet slices",
            "others' cores");
    outcomes.forEach(
        (scenario, outcome) -> {
          Map<String, PacedSummary> paced = pacedSummaries(outcome);
          summaries(outcome)
              .forEach(
                  (proxy, summary) -> {
                    row(
                        table,
                        scenario,
                        proxy,
                        summary,
                        outcome.rate(),
                        Optional.ofNullable(paced.get(proxy)));
                  });
        });
    return (outcomes.isEmpty() ? "" : table.text())
        + (footprint.isEmpty() ? "" : '\n' + FootprintReport.table(footprint))
        + activations();
  }

  /** One table for each node that was profiled. */
  String profiles() {
    var text = new StringBuilder();
    outcomes.forEach(
        (scenario, outcome) ->
            outcome
                .profiles()
                .forEach((node, profile) -> text.append(profile.table(scenario + ", " + node))));
    return text.toString();
  }

  /**
   * @param paced absent where nothing was asked at a fixed rate
   */
  private static void row(
      Table table,
      Scenario scenario,
      String proxy,
      Summary summary,
      int rate,
      Optional<PacedSummary> paced) {
    table.add(
        scenario.toString(),
        proxy,
        cpu(summary),
        ratios(summary),
        "%.0f".formatted(summary.perSecond()),
        millis(summary.p50Micros(), summary.p99Micros()),
        paced.map(_ -> Integer.toString(rate)).orElse(Table.NONE),
        paced.map(at -> millis(at.p50Micros(), at.p99Micros(), at.p999Micros())).orElse(Table.NONE),
        paced.map(at -> ratio(at.p99Ratio())).orElse(Table.NONE),
        Long.toString(summary.errors() + paced.map(PacedSummary::errors).orElse(0L)),
        "%d/%d".formatted(summary.accepted(), summary.measured())
            + paced.map(at -> ", %d/%d".formatted(at.accepted(), at.measured())).orElse(""),
        "%.2f".formatted(summary.foreignCores())
            + paced.map(at -> ", %.2f".formatted(at.foreignCores())).orElse(""));
  }

  private static String cpu(Summary summary) {
    return "%.1f [%.1f to %.1f]"
        .formatted(summary.cpuMicros(), summary.smallestMicros(), summary.largestMicros());
  }

  private static String ratios(Summary summary) {
    return "%s (%s)".formatted(ratio(summary.medianRatio()), ratio(summary.smallestRatio()));
  }

  private static String millis(double... micros) {
    var text = new StringBuilder();
    for (double each : micros) {
      text.append(text.isEmpty() ? "" : " / ").append("%.2f".formatted(each / 1e3));
    }
    return text.toString();
  }

  private static String ratio(OptionalDouble ratio) {
    return ratio.isPresent() ? "%.2f".formatted(ratio.getAsDouble()) : Table.NONE;
  }

  private Map<String, Summary> summaries(Outcome outcome) {
    return each(
        outcome.slices(), (own, baseline) -> Summary.of(own, baseline, measurement.gateCores()));
  }

  private Map<String, PacedSummary> pacedSummaries(Outcome outcome) {
    return each(
        outcome.paced(),
        (own, baseline) -> PacedSummary.of(own, baseline, measurement.gateCores()));
  }

  private static <S, T> Map<String, T> each(
      Map<String, List<S>> slices, BiFunction<List<S>, List<S>, T> summary) {
    List<S> baseline = slices.values().stream().findFirst().orElse(List.of());
    Map<String, T> summaries = new LinkedHashMap<>();
    slices.forEach((proxy, own) -> summaries.put(proxy, summary.apply(own, baseline)));
    return summaries;
  }

  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("format", 2);
    root.put("machine", machine);
    root.put("measurement", measurement);
    Map<String, Result> scenarios = new LinkedHashMap<>();
    outcomes.forEach(
        (scenario, outcome) ->
            scenarios.put(
                scenario.toString(),
                new Result(
                    scenario.description(),
                    summaries(outcome),
                    outcome.rate(),
                    pacedSummaries(outcome),
                    outcome.slices(),
                    outcome.paced(),
                    outcome.profiles())));
    root.put("scenarios", scenarios);
    root.put("footprint", footprint);
    if (!activation.isEmpty()) {
      root.put("activation", activation);
    }
    return JSON.writeValueAsString(root) + '\n';
  }
}
