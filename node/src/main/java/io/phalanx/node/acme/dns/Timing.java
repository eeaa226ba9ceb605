package io.phalanx.node.acme.dns;

import java.time.Duration;

/**
 * How long things take at a provider.
 *
 * @param ttl of records
 * @param propagation how long at most until all name servers show a record
 * @param interval between looks
 * @param answer for one answer of the provider
 */
record Timing(Duration ttl, Duration propagation, Duration interval, Duration answer) {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /**
   * What variables say that begin with a provider's word, in whole seconds; the rest as given.
   *
   * @param word such as {@code AWS}
   */
  static Timing of(Variables variables, String word, int ttl, int propagation, int interval) {
    return new Timing(
        variables.seconds(word + "_TTL", Duration.ofSeconds(ttl), Duration.ofDays(7)),
        variables.seconds(word + "_PROPAGATION_TIMEOUT", Duration.ofSeconds(propagation), DAY),
        variables.seconds(word + "_POLLING_INTERVAL", Duration.ofSeconds(interval), DAY),
        variables.seconds(word + "_HTTP_TIMEOUT", ANSWER, Duration.ofMinutes(10)));
  }
}
