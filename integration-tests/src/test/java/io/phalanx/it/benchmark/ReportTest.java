package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ReportTest {
  private final Report report = new Report(Map.of("cores", "2"), new Measurement(1, 3, 20, 0.3));

  @BeforeEach
  void measureHaproxyAtTwentyAndPhalanxAtTwentyTwo() {
    Map<String, List<Slice>> slices = new LinkedHashMap<>();
    slices.put("haproxy", List.of(slice(20)));
    slices.put("phalanx", List.of(slice(22)));
    report.add(Scenario.MINIMAL, slices);
  }

  @Test
  void theTableComparesWithTheFirst() {
    String table = report.table(Scenario.MINIMAL);

    assertThat(table.lines().filter(line -> line.startsWith("phalanx")).findFirst())
        .hasValueSatisfying(line -> assertThat(line).contains("22.0", "1/1", "1.10"));
  }

  @Test
  void theJsonHasEverySliceAndTheRatio() {
    JsonNode phalanx =
        JsonMapper.shared().readTree(report.json()).path("scenarios").path("minimal");

    assertThat(phalanx.at("/summary/phalanx/medianRatio").asDouble()).isEqualTo(1.1);
    assertThat(phalanx.at("/slices/phalanx/0/client/p99Micros").asLong()).isEqualTo(5000);
  }

  private static Slice slice(double cpuMicros) {
    return new Slice(1, cpuMicros, 0, new LoadReport(1000, 1000, 2000, 5000, 0));
  }
}
