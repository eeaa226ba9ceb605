package io.phalanx.node.activation;

/** Names of objects: {@code name@provider}. */
final class Names {
  /** The provider of the node's own objects. */
  static final String INTERNAL = "internal";

  private Names() {}

  /** The name of an object that {@code provider} defines, whatever it is called there. */
  static String defined(String name, String provider) {
    return name + '@' + provider;
  }

  /**
   * A reference as it is written in an object of {@code provider}: without a provider it means an
   * object of the same one.
   */
  static String qualify(String reference, String provider) {
    return reference.indexOf('@') >= 0 ? reference : reference + '@' + provider;
  }

  /**
   * @param name qualified
   */
  static String providerOf(String name) {
    return name.substring(name.lastIndexOf('@') + 1);
  }
}
