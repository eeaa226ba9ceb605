package io.phalanx.node.activation;

import java.util.Optional;

/**
 * Which references can be judged.
 *
 * @param provider empty if the configuration of all providers is there; else the one that is
 */
record Scope(Optional<String> provider) {
  static final Scope ALL = new Scope(Optional.empty());

  static Scope only(String provider) {
    return new Scope(Optional.of(provider));
  }

  /**
   * @param name qualified
   */
  boolean covers(String name) {
    String of = Names.providerOf(name);
    return provider.isEmpty() || of.equals(provider.get()) || of.equals(Names.INTERNAL);
  }
}
