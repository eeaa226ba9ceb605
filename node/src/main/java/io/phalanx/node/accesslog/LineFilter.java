package io.phalanx.node.accesslog;

import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.StatusRange;
import io.phalanx.node.settings.LogSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which requests get a line: all, or those that at least one of the filters takes. */
final class LineFilter {
  private final boolean everything;
  private final List<StatusRange> statuses = new ArrayList<>();
  private final Duration minDuration;
  private final boolean byRetries;

  private LineFilter(Optional<LogSettings.Filters> filters) {
    filters.ifPresent(
        given -> given.statusCodes().forEach(text -> statuses.add(StatusRange.parse(text))));
    this.minDuration = filters.map(LogSettings.Filters::minDuration).orElse(Duration.ZERO);
    this.byRetries = filters.map(LogSettings.Filters::retryAttempts).orElse(false);
    this.everything = statuses.isEmpty() && minDuration.isZero() && !byRetries;
  }

  static LineFilter of(Optional<LogSettings.Filters> filters) {
    return new LineFilter(filters);
  }

  boolean passes(CompletedExchange exchange) {
    if (everything) {
      return true;
    }
    int status = exchange.response().status();
    return statuses.stream().anyMatch(range -> range.holds(status))
        || (byRetries && exchange.trail().retries() > 0)
        || (!minDuration.isZero() && exchange.duration().compareTo(minDuration) > 0);
  }
}
