package io.phalanx.node.sticky;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Trail;
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
  private final Map<String, String> lines = new HashMap<>();

  public CookieSessions(StickyCookie cookie, Places<T> places) {
    this.cookie = cookie;
    this.places = places;
    places.all().forEach(place -> lines.put(place.value(), cookie.line(place.value())));
  }

  @Override
  public void choose(Exchange exchange, Supplier<Optional<T>> pick, Consumer<Optional<T>> then) {
    Optional<String> value = RequestCookies.first(exchange.request().headers(), cookie.name());
    Trail trail = exchange.trail();
    if (value.isPresent()) {
      Optional<Place<T>> own = places.ofValue(value.get());
      Optional<Place<T>> known = own.isPresent() ? own : places.ofOldValue(value.get());
      if (known.isPresent() && places.isOpen(known.get(), trail)) {
        if (own.isEmpty()) {
          set(exchange, known.get());
        }
        then.accept(Optional.of(known.get().of()));
        return;
      }
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
            if (exchange.trail().failure().isEmpty()) {
              response.headers().add(SET_COOKIE, line);
            }
          });
    }
  }
}
