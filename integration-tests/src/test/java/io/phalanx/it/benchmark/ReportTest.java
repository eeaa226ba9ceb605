package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ReportTest {
  private static final Profile PROFILE = Profile.parse(Stream.of("main;read 3", "main;write 1"));

  private final Report report = new Report(Map.of("cores", "2"), new Measurement(1, 3, 20, 0.3));

  @BeforeEach
  void measureHaproxyAtTwentyAndPhalanxAtTwentyTwo() {
    Map<String, List<Slice>> slices = new LinkedHashMap<>();
    slices.put("haproxy", List.of(slice(20)));
    slices.put("phalanx", List.of(slice(22)));
    Map<String, List<PacedSlice>> paced = new LinkedHashMap<>();
    paced.put("haproxy", List.of(paced(2000, 0)));
    paced.put("phalanx", List.of(paced(2500, 7)));
    report.add(Scenario.LARGE_TLS, new Outcome(slices, 500, paced, Map.of("phalanx", PROFILE)));
    report.add(Scenario.HANDSHAKES, new Outcome(slices, 500, Map.of(), Map.of()));
  }

  @Test
  void theTableComparesWithTheFirst() {
    assertThat(cells("large-tls", "phalanx"))
        .containsExactly(
            "large-tls",
            "phalanx",
            "22.0 [22.0 to 22.0]",
            "1.10 (1.10)",
            "1000",
            "2.00 / 5.00",
            "500",
            "1.00 / 2.50 / 5.00",
            "1.25",
            "7",
            "1/1, 1/1",
            "0.00, 0.10");
  }

  @Test
  void whatIsNotPacedHasNoFigureThere() {
    assertThat(cells("handshakes", "phalanx").subList(6, 9)).containsExactly("-", "-", "-");
  }

  @Test
  void whatWasNeverQuietHasNoFigures() {
    Map<String, List<Slice>> slices =
        Map.of("haproxy", List.of(new Slice(1, 20, 2, new LoadReport(1000, 1000, 2000, 5000, 3))));
    report.add(Scenario.TLS, new Outcome(slices, 500, Map.of(), Map.of()));

    assertThat(cells("tls", "haproxy"))
        .containsExactly("tls", "haproxy", "-", "- (-)", "-", "-", "-", "-", "-", "3", "0/1", "-");
  }

  @Test
  void columnsStandBelowEachOther() {
    assertThat(report.table().lines().mapToInt(String::length).distinct().toArray()).hasSize(1);
  }

  @Test
  void aRowThatLacksACellIsRefused() {
    assertThatThrownBy(() -> new Table("one", "two").add("1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theJsonHasEverySliceAndTheRatios() {
    JsonNode scenario =
        JsonMapper.shared().readTree(report.json()).path("scenarios").path("large-tls");

    assertThat(scenario.at("/summary/phalanx/medianRatio").asDouble()).isEqualTo(1.1);
    assertThat(scenario.at("/slices/phalanx/0/client/p99Micros").asLong()).isEqualTo(5000);
    assertThat(scenario.at("/rate").asInt()).isEqualTo(500);
    assertThat(scenario.at("/pacedSummary/phalanx/p99Ratio").asDouble()).isEqualTo(1.25);
    assertThat(scenario.at("/pacedSlices/phalanx/0/client/p999Micros").asLong()).isEqualTo(5000);
  }

  @Test
  void aProfileHasATableWhereThereIsOne() {
    assertThat(report.profiles())
        .contains("large-tls, phalanx: 4 samples")
        .containsPattern("`read` +\\| 75\\.0")
        .doesNotContain("handshakes");
  }

  @Test
  void theFootprintHasATableOfItsOwn() {
    assertThat(report.table()).doesNotContain("Rss");

    report.add(
        Map.of(
            "nginx",
            FootprintReport.of(
                List.of(
                    new FootprintReport.Start(1, 900, 0.1),
                    new FootprintReport.Start(2, 1300, 0.2),
                    new FootprintReport.Start(3, 9000, 0.9),
                    new FootprintReport.Start(4, 1000, 0.2)),
                0.3,
                new Smaps(205 << 10, 199 << 10))));

    assertThat(cells("nginx", "1.00 [0.90 to 1.30]"))
        .containsExactly("nginx", "1.00 [0.90 to 1.30]", "3/4", "0.20", "205", "199");
    assertThat(
            JsonMapper.shared()
                .readTree(report.json())
                .at("/footprint/nginx/starts/2/millis")
                .asDouble())
        .isEqualTo(9000);
  }

  @Test
  void aShortStartCountsWhateverTheTicksSay() {
    assertThat(new FootprintReport.Start(1, 199, 2).isQuiet(0.3)).isTrue();
    assertThat(new FootprintReport.Start(1, 200, 2).isQuiet(0.3)).isFalse();
  }

  private List<String> cells(String first, String second) {
    return report
        .table()
        .lines()
        .filter(line -> !line.isEmpty())
        .map(line -> List.of(line.substring(2, line.length() - 2).strip().split(" *\\| *")))
        .filter(cells -> cells.get(0).equals(first) && cells.get(1).equals(second))
        .findFirst()
        .orElseThrow();
  }

  private static Slice slice(double cpuMicros) {
    return new Slice(1, cpuMicros, 0, new LoadReport(1000, 1000, 2000, 5000, 0));
  }

  private static PacedSlice paced(double p99Micros, long errors) {
    return new PacedSlice(1, 0.1, new PacedReport(1500, errors, 1000, p99Micros, 5000, 90));
  }
}
