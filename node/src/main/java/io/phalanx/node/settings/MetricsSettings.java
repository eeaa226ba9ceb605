package io.phalanx.node.settings;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.NotServed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is counted, and for whom.
 *
 * @param addInternals whether requests to the node's own services (ping, metrics) are counted too
 */
@NotServed({"datadog", "statsD", "influxDB2", "otlp"})
public record MetricsSettings(boolean addInternals, @AllowEmpty Optional<Prometheus> prometheus) {
  /**
   * Metrics for Prometheus to fetch.
   *
   * @param entryPoint where {@code /metrics} is served, unless {@code manualRouting}
   * @param buckets upper bounds of the duration histograms, in seconds, ascending
   * @param headerLabels name of a request header by label; only on the counters of requests
   */
  public record Prometheus(
      @Default("traefik") String entryPoint,
      boolean manualRouting,
      @Default("true") boolean addEntryPointsLabels,
      boolean addRoutersLabels,
      @Default("true") boolean addServicesLabels,
      @Default("0.1, 0.3, 1.2, 5") List<Double> buckets,
      Map<String, String> headerLabels) {
    private static final int MAX_BUCKETS = 100;
    private static final int MAX_HEADER_LABELS = 10;
    private static final Pattern LABEL = Pattern.compile("(?!__)[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Set<String> TAKEN =
        Set.of("code", "method", "protocol", "entrypoint", "router", "service", "le");

    public Prometheus {
      buckets = List.copyOf(buckets);
      headerLabels = Map.copyOf(headerLabels);
      requireAscending(buckets);
      headerLabels.forEach(Prometheus::requireLabel);
      if (headerLabels.size() > MAX_HEADER_LABELS) {
        throw new IllegalArgumentException(
            "headerLabels are at most " + MAX_HEADER_LABELS + ", not " + headerLabels.size());
      }
    }

    private static void requireAscending(List<Double> buckets) {
      if (buckets.size() > MAX_BUCKETS) {
        throw new IllegalArgumentException(
            "buckets are at most " + MAX_BUCKETS + ", not " + buckets.size());
      }
      double before = 0;
      for (double bound : buckets) {
        if (!(bound > before) || bound > 1e6) {
          throw new IllegalArgumentException(
              "buckets are seconds above 0 in ascending order, not " + buckets);
        }
        before = bound;
      }
    }

    private static void requireLabel(String label, String header) {
      if (!LABEL.matcher(label).matches() || TAKEN.contains(label)) {
        throw new IllegalArgumentException(
            "headerLabels: \"" + label + "\" cannot be the name of a label");
      }
      if (!HeaderName.isToken(header)) {
        throw new IllegalArgumentException(
            "headerLabels." + label + ": \"" + header + "\" is not a header name");
      }
    }

    /** The same, served where the other is. */
    public Prometheus where(Prometheus other) {
      return new Prometheus(
          other.entryPoint,
          other.manualRouting,
          addEntryPointsLabels,
          addRoutersLabels,
          addServicesLabels,
          buckets,
          headerLabels);
    }

    /** Whether {@code /metrics} is served on this entry point. */
    public boolean isServedOn(String name) {
      return !manualRouting && entryPoint.equals(name);
    }
  }
}
