package io.phalanx.node.sticky;

import io.phalanx.node.sticky.Places.Place;
import java.util.Optional;

/** Traefik's values, which whoever knows a server's URL can make. */
final class PlainValues<T> implements CookieValues<T> {
  private final Places<T> places;

  PlainValues(Places<T> places) {
    this.places = places;
  }

  @Override
  public String of(Place<T> place) {
    return place.value();
  }

  @Override
  public Optional<Meaning<T>> meaning(String value) {
    Optional<Place<T>> known = places.ofValue(value);
    return known.isPresent()
        ? known.map(place -> new Meaning<>(place, true))
        : places.ofOldValue(value).map(place -> new Meaning<>(place, false));
  }
}
