package io.phalanx.node.sticky;

import io.phalanx.node.sticky.Places.Place;
import java.util.Optional;

/** How places are written into cookies. */
sealed interface CookieValues<T> permits PlainValues, SignedValues {
  /**
   * What a value stands for.
   *
   * @param current whether it is written so today; else it is to be replaced
   */
  record Meaning<T>(Place<T> place, boolean current) {}

  String of(Place<T> place);

  /** Empty for what nobody of the fleet wrote, as far as that can be told. */
  Optional<Meaning<T>> meaning(String value);
}
