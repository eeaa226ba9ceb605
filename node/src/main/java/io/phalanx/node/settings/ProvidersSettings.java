package io.phalanx.node.settings;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where dynamic configuration comes from.
 *
 * @param providersThrottleDuration shortest time between two changes of one provider that are
 *     applied
 * @param precedence names of providers whose routers win a tie of priorities, first first
 * @param blocks options by the key of the provider's type
 */
public record ProvidersSettings(
    Duration providersThrottleDuration, List<String> precedence, Map<String, Record> blocks) {
  public ProvidersSettings {
    precedence = List.copyOf(precedence);
    blocks = Collections.unmodifiableMap(new LinkedHashMap<>(blocks));
  }
}
