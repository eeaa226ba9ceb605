package io.phalanx.node.settings;

import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.NotServed;
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
}
