package io.phalanx.cluster.local;

import io.phalanx.cluster.Fleet.Belonging;
import io.phalanx.cluster.report.Report;
import io.phalanx.cluster.report.Reports;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** The report of a node on its own. */
final class LocalReports implements Reports {
  private final Belonging self;
  private volatile Supplier<String> telling = () -> "";

  LocalReports(Belonging self) {
    this.self = self;
  }

  @Override
  public void tellWith(Supplier<String> report) {
    telling = report;
  }

  @Override
  public SequencedMap<Belonging, Report> ask(Duration limit) {
    return new LinkedHashMap<>(Map.of(self, new Report.Told(telling.get())));
  }
}
