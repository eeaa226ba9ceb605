package io.phalanx.node.health;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.service.Server;
import io.phalanx.providers.dynamic.HealthCheck;
import java.time.Duration;

/**
 * How one server is asked, and how often.
 *
 * @param interval between two questions while it is up
 * @param unhealthyInterval while it is down
 */
public record ActiveCheck(Inquiry question, Duration interval, Duration unhealthyInterval) {
  /**
   * @param transport of the server's requests
   * @throws IllegalArgumentException if the question cannot be sent
   */
  public static ActiveCheck of(HealthCheck options, Server server, Forwarder.Transport transport) {
    return new ActiveCheck(
        Question.of(options, server, transport),
        options.interval(),
        options.unhealthyInterval().orElse(options.interval()));
  }
}
