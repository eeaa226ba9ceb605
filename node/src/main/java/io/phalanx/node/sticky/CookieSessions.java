package io.phalanx.node.sticky;

import io.phalanx.cluster.key.Signing;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.sticky.CookieValues.Meaning;
import io.phalanx.node.sticky.Places.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sessions that user agents keep: a cookie says where each is, and nothing is remembered here. It
 * is set with every answer of what was chosen without one, and only with answers: a server that
 * cannot be reached holds nobody.
 */
public final class CookieSessions<T> implements Sessions<T> {
  private static final HeaderName SET_COOKIE = HeaderName.of("Set-Cookie");

  private final StickyCookie cookie;
  private final Places<T> places;
  private final CookieValues<T> values;
  private final Map<String, String> lines = new HashMap<>();

  private CookieSessions(StickyCookie cookie, Places<T> places, CookieValues<T> values) {
    this.cookie = cookie;
    this.places = places;
    this.values = values;
    places.all().forEach(place -> lines.put(place.value(), cookie.line(values.of(place))));
  }

  /** With Traefik's values. */
  public static <T> CookieSessions<T> plain(StickyCookie cookie, Places<T> places) {
    return new CookieSessions<>(cookie, places, new PlainValues<>(places));
  }

  /** With values that a client cannot make, nor take from another cookie. */
  public static <T> CookieSessions<T> signed(
      StickyCookie cookie, Places<T> places, Signing signing) {
    return new CookieSessions<>(cookie, places, new SignedValues<>(cookie.name(), places, signing));
  }

  @Override
  public void choose(Exchange exchange, Supplier<Optional<T>> pick, Consumer<Optional<T>> then) {
    Optional<String> value = Cookies.sent(exchange.request().headers(), cookie.name());
    Trail trail = exchange.trail();
    Optional<Meaning<T>> known = value.flatMap(values::meaning);
    if (known.isPresent() && places.isOpen(known.get().place(), trail)) {
      Place<T> place = known.get().place();
      if (!known.get().current()) {
        set(exchange, place);
      }
      then.accept(Optional.of(place.of()));
      return;
    }
    Optional<T> picked = places.pick(pick, trail);
    picked.flatMap(places::of).ifPresent(place -> set(exchange, place));
    then.accept(picked);
  }

  private void set(Exchange exchange, Place<T> place) {
    String line = lines.get(place.value());
    if (line != null) {
      exchange.addResponseStep(
          response -> {
            if (exchange.trail().failureOfAttempt().isEmpty()) {
              response.headers().add(SET_COOKIE, line);
            }
          });
    }
  }
}
