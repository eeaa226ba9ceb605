package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import java.util.List;
import java.util.Optional;

/**
 * Which requests go which way.
 *
 * @param entryPoints names; empty for the default ones
 * @param priority 0 for the length of the rule
 * @param middlewares in the order in which they run
 */
public record Router(
    List<String> entryPoints,
    @Default("") String rule,
    long priority,
    Optional<RuleSyntax> ruleSyntax,
    List<String> middlewares,
    @Default("") String service,
    List<String> parentRefs,
    @AllowEmpty Optional<RouterTls> tls,
    Optional<Observability> observability) {
  public enum RuleSyntax {
    V2,
    V3
  }

  public record RouterTls(
      Optional<String> options, Optional<String> certResolver, List<Domain> domains) {}

  public record Domain(String main, List<String> sans) {}

  /** Absent: as the entry point has it. */
  public record Observability(
      Optional<Boolean> accessLogs,
      Optional<Boolean> metrics,
      Optional<Boolean> tracing,
      Optional<TraceVerbosity> traceVerbosity) {}

  public enum TraceVerbosity {
    MINIMAL,
    DETAILED
  }
}
