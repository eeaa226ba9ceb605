package io.phalanx.node.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.function.Predicate;

/**
 * Prometheus' text format 0.0.4, with numbers as Go's client writes them: {@code 20}, where the
 * Java client's own writer has {@code 20.0}. Dashboards and alerts that compare the label {@code
 * le} by its text depend on it.
 */
final class TextExposition {
  /** The content type, in the very words of Traefik's endpoint. */
  static final String CONTENT_TYPE =
      "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

  private static final double LARGEST_PLAIN_INTEGER = 1e15;

  private final StringBuilder out = new StringBuilder(16_384);

  private TextExposition() {}

  /**
   * @param wanted by the name of a metric, without {@code _total}
   */
  static String of(MetricSnapshots snapshots, Predicate<String> wanted) {
    var text = new TextExposition();
    for (MetricSnapshot snapshot : snapshots) {
      if (wanted.test(snapshot.getMetadata().getPrometheusName())) {
        text.write(snapshot);
      }
    }
    return text.out.toString();
  }

  private void write(MetricSnapshot snapshot) {
    MetricMetadata metadata = snapshot.getMetadata();
    String name = metadata.getPrometheusName();
    switch (snapshot) {
      case CounterSnapshot counter -> {
        head(name + "_total", metadata, "counter");
        counter
            .getDataPoints()
            .forEach(point -> line(name + "_total", point.getLabels(), point.getValue()));
      }
      case GaugeSnapshot gauge -> {
        head(name, metadata, "gauge");
        gauge.getDataPoints().forEach(point -> line(name, point.getLabels(), point.getValue()));
      }
      case HistogramSnapshot histogram -> {
        head(name, metadata, "histogram");
        histogram.getDataPoints().forEach(point -> histogram(name, point));
      }
      case SummarySnapshot summary -> {
        head(name, metadata, "summary");
        summary.getDataPoints().forEach(point -> summary(name, point));
      }
      case InfoSnapshot info -> {
        head(name + "_info", metadata, "gauge");
        info.getDataPoints().forEach(point -> line(name + "_info", point.getLabels(), 1));
      }
      case UnknownSnapshot unknown -> {
        head(name, metadata, "untyped");
        unknown.getDataPoints().forEach(point -> line(name, point.getLabels(), point.getValue()));
      }
      default ->
          throw new IllegalStateException("no meter of ours is a " + snapshot.getClass().getName());
    }
  }

  private void histogram(String name, HistogramSnapshot.HistogramDataPointSnapshot point) {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    long below = 0;
    for (int i = 0; i < buckets.size(); i++) {
      below += buckets.getCount(i);
      line(name + "_bucket", point.getLabels(), "le", buckets.getUpperBound(i), (double) below);
    }
    totals(name, point, point.getSum(), (double) point.getCount());
  }

  private void summary(String name, SummarySnapshot.SummaryDataPointSnapshot point) {
    for (Quantile quantile : point.getQuantiles()) {
      line(name, point.getLabels(), "quantile", quantile.getQuantile(), quantile.getValue());
    }
    totals(name, point, point.getSum(), (double) point.getCount());
  }

  private void totals(String name, DataPointSnapshot point, double sum, double count) {
    line(name + "_sum", point.getLabels(), sum);
    line(name + "_count", point.getLabels(), count);
  }

  private void head(String name, MetricMetadata metadata, String type) {
    String help = metadata.getHelp();
    if (help != null && !help.isBlank()) {
      out.append("# HELP ").append(name).append(' ');
      escape(help, false);
      out.append('\n');
    }
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void line(String name, Labels labels, double value) {
    out.append(name);
    if (!labels.isEmpty()) {
      out.append('{');
      labels(labels);
      out.append('}');
    }
    out.append(' ').append(number(value)).append('\n');
  }

  private void line(String name, Labels labels, String key, double bound, double value) {
    out.append(name).append('{');
    labels(labels);
    if (!labels.isEmpty()) {
      out.append(',');
    }
    out.append(key).append("=\"").append(number(bound)).append("\"} ");
    out.append(number(value)).append('\n');
  }

  private void labels(Labels labels) {
    for (int i = 0; i < labels.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      out.append(labels.getPrometheusName(i)).append("=\"");
      escape(labels.getValue(i), true);
      out.append('"');
    }
  }

  private void escape(String text, boolean quoted) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '"' -> out.append(quoted ? "\\\"" : "\"");
        default -> out.append(c);
      }
    }
  }

  static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == Math.rint(value) && Math.abs(value) < LARGEST_PLAIN_INTEGER) {
      return Long.toString((long) value);
    }
    return Double.toString(value);
  }
}
