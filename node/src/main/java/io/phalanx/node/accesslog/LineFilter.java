package io.phalanx.node.accesslog;

import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.settings.LogSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which requests get a line: all, or those that at least one of the filters takes. */
final class LineFilter {
  /** Statuses from the first to the last, both included. */
  private record Range(int first, int last) {
    static Range parse(String text) {
      String[] ends = text.split("-", -1);
      try {
        if (ends.length <= 2) {
          return new Range(
              Integer.parseInt(ends[0].strip()), Integer.parseInt(ends[ends.length - 1].strip()));
        }
      } catch (NumberFormatException _) {
        // Refused below.
      }
      throw new IllegalArgumentException(
          "accessLog.filters.statusCodes: \""
              + text
              + "\" is neither a status nor a range such as 500-599");
    }
  }

  private final boolean everything;
  private final List<Range> statuses = new ArrayList<>();
  private final Duration minDuration;

  private LineFilter(Optional<LogSettings.Filters> filters) {
    filters.ifPresent(
        given -> given.statusCodes().forEach(text -> statuses.add(Range.parse(text))));
    this.minDuration = filters.map(LogSettings.Filters::minDuration).orElse(Duration.ZERO);
    boolean byRetries = filters.map(LogSettings.Filters::retryAttempts).orElse(false);
    this.everything = statuses.isEmpty() && minDuration.isZero() && !byRetries;
  }

  /**
   * @throws IllegalArgumentException if a status is none
   */
  static LineFilter of(Optional<LogSettings.Filters> filters) {
    return new LineFilter(filters);
  }

  boolean passes(CompletedExchange exchange) {
    if (everything) {
      return true;
    }
    int status = exchange.response().status();
    return statuses.stream().anyMatch(range -> status >= range.first() && status <= range.last())
        || (!minDuration.isZero() && exchange.duration().compareTo(minDuration) > 0);
  }
}
