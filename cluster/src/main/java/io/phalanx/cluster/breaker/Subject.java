package io.phalanx.cluster.breaker;

/**
 * What a breaker is for; with the same one it is the same breaker.
 *
 * @param owner whose requests it refuses, by a name for logs and metrics
 * @param name its own
 * @param options by which it measures and decides
 */
public record Subject(String owner, String name, String options) {
  /** One text for all of it. */
  public String key() {
    return owner + ' ' + name + ' ' + options;
  }
}
