package io.phalanx.node.acme;

import java.net.URI;
import java.time.Duration;

/**
 * How a resolver orders certificates when clients ask for their names.
 *
 * @param ask who allows them: asked with the name as parameter {@code domain}; 2xx allows
 * @param timeout of one question
 * @param perHour how many names the fleet takes in within an hour
 * @param limit how many it has at all
 */
public record OnDemand(URI ask, Duration timeout, int perHour, int limit) {}
