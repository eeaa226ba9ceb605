package io.phalanx.node.sticky;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.key.Signing;
import io.phalanx.node.sticky.Places.Place;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Values with a signature that only this fleet can make: {@code VALUE.SIGNATURE}, the latter in
 * Base64 for URLs, of the cookie's name and the value. There are as few as there are places, so all
 * are signed ahead and a request costs a comparison.
 */
final class SignedValues<T> implements CookieValues<T> {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final Places<T> places;
  private final Map<String, List<byte[]>> signatures = new HashMap<>();

  SignedValues(String cookie, Places<T> places, Signing signing) {
    this.places = places;
    for (Place<T> place : places.all()) {
      byte[] text = (cookie + '=' + place.value()).getBytes(UTF_8);
      signatures.put(
          place.value(), signing.signatures(text).stream().map(ENCODER::encode).toList());
    }
  }

  private List<byte[]> signatures(Place<T> place) {
    return signatures.getOrDefault(place.value(), List.of());
  }

  @Override
  public String of(Place<T> place) {
    return place.value() + '.' + new String(signatures(place).getFirst(), ISO_8859_1);
  }

  @Override
  public Optional<Meaning<T>> meaning(String value) {
    int dot = value.indexOf('.');
    Optional<Place<T>> place = dot < 0 ? Optional.empty() : places.ofValue(value.substring(0, dot));
    if (place.isEmpty()) {
      return Optional.empty();
    }
    byte[] given = value.substring(dot + 1).getBytes(ISO_8859_1);
    List<byte[]> known = signatures(place.get());
    for (int i = 0; i < known.size(); i++) {
      if (MessageDigest.isEqual(known.get(i), given)) {
        return Optional.of(new Meaning<>(place.get(), i == 0));
      }
    }
    return Optional.empty();
  }
}
