package io.phalanx.node.activation;

import java.util.Set;
import java.util.function.Predicate;

/**
 * Which references can be judged.
 *
 * @param isKnown whether all objects of a provider are there, by its name
 */
record Scope(Predicate<String> isKnown) {
  static final Scope ALL = new Scope(_ -> true);

  /** The objects of one provider are there. */
  static Scope only(String provider) {
    return new Scope(of -> of.equals(provider) || of.equals(Names.INTERNAL));
  }

  /** All objects that there are, but for those of some providers. */
  static Scope without(Set<String> providers) {
    return new Scope(of -> !providers.contains(of));
  }

  boolean isAll() {
    return equals(ALL);
  }

  /**
   * @param name qualified
   */
  boolean covers(String name) {
    return isKnown.test(Names.providerOf(name));
  }
}
