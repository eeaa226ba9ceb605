package io.phalanx.node.settings;

import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.NotServed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is logged, and how. */
public final class LogSettings {
  private LogSettings() {}

  /**
   * The node's own log. Unlike Traefik's, its level is INFO unless told otherwise: what listens,
   * which revision is served and who is in the fleet is what an operator looks for first.
   */
  @NotServed({"otlp", "maxSize", "maxAge", "maxBackups", "compress"})
  public record Log(
      @Default("info") Level level,
      @Default("common") Format format,
      boolean noColor,
      Optional<String> filePath) {
    static final Log PLAIN = new Log(Level.INFO, Format.COMMON, false, Optional.empty());
  }

  public enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    FATAL,
    PANIC
  }

  public enum Format {
    COMMON,
    JSON
  }

  @NotServed({"otlp", "dualOutput"})
  public record AccessLog(
      Optional<String> filePath,
      @Default("common") String format,
      int bufferingSize,
      boolean addInternals,
      Optional<Filters> filters,
      Fields fields) {}

  public record Filters(
      List<String> statusCodes, boolean retryAttempts, @Default("0s") Duration minDuration) {}

  public record Fields(
      @Default("keep") Mode defaultMode,
      Map<String, Mode> names,
      HeaderFields headers,
      QueryParameters queryParameters) {}

  public record HeaderFields(@Default("drop") Mode defaultMode, Map<String, Mode> names) {}

  public record QueryParameters(@Default("keep") Mode defaultMode) {}

  public enum Mode {
    KEEP,
    DROP,
    REDACT
  }
}
