package io.phalanx.node.activation;

import io.phalanx.providers.Flaw;

/** The mistakes of one service. */
final class ServiceMistakes {
  private static final String HTTP = "http.services";

  private final Flaws flaws;
  private final String section;
  private final String provider;
  private final String name;
  private int count;

  ServiceMistakes(Flaws flaws, String provider, String name) {
    this(flaws, HTTP, provider, name);
  }

  /**
   * @param section where services of its kind stand
   */
  ServiceMistakes(Flaws flaws, String section, String provider, String name) {
    this.section = section;
    this.flaws = flaws;
    this.provider = provider;
    this.name = name;
  }

  boolean isEmpty() {
    return count == 0;
  }

  void add(String option, String reason) {
    add(option, reason, false);
  }

  /**
   * @param ofAnother whether it would be none if another object were there
   */
  void add(String option, String reason, boolean ofAnother) {
    count++;
    flaws.add(provider, new Flaw(section, name, option, "is not served: " + reason, ofAnother));
  }
}
