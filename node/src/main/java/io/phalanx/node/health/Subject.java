package io.phalanx.node.health;

import io.phalanx.providers.dynamic.PassiveHealthCheck;
import java.time.Duration;
import java.util.Optional;

/**
 * A server of a service whose health is looked at. What is known of it outlives a configuration as
 * long as the next one has an equal subject.
 *
 * @param service qualified name
 * @param url of the server as it was written
 * @param slowStart how long it gets less than its weight when it came back
 */
public record Subject(
    String service,
    String url,
    Optional<ActiveCheck> active,
    Optional<PassiveHealthCheck> passive,
    Duration slowStart) {}
