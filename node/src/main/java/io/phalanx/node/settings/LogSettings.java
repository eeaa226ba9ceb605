package io.phalanx.node.settings;

import io.phalanx.node.exchange.StatusRange;
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
   *
   * @param filePath absent: standard output, and what follows has no meaning
   * @param maxSize of the file before it is put aside, in MiB; 0 stands for 100
   * @param maxAge of the files put aside, in days; 0 for ever
   * @param maxBackups how many of them are kept; 0 for all
   * @param compress whether they are compressed with gzip
   */
  @NotServed("otlp")
  public record Log(
      @Default("info") Level level,
      @Default("common") Format format,
      boolean noColor,
      Optional<String> filePath,
      int maxSize,
      int maxAge,
      int maxBackups,
      boolean compress) {
    static final Log PLAIN =
        new Log(Level.INFO, Format.COMMON, false, Optional.empty(), 0, 0, 0, false);
    private static final int USUAL_MAX_SIZE = 100;

    public Log {
      filePath = filePath.filter(given -> !given.isBlank());
      requireCount("maxSize", maxSize);
      requireCount("maxAge", maxAge);
      requireCount("maxBackups", maxBackups);
    }

    private static void requireCount(String name, int value) {
      if (value < 0) {
        throw new IllegalArgumentException(name + " must not be negative, but is " + value);
      }
    }

    public long maxBytes() {
      return (maxSize == 0 ? USUAL_MAX_SIZE : maxSize) * 1024L * 1024L;
    }
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
      List<String> statusCodes, boolean retryAttempts, @Default("0s") Duration minDuration) {
    public Filters {
      new Each().of("statusCodes", statusCodes, StatusRange::parse).require();
    }
  }

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
