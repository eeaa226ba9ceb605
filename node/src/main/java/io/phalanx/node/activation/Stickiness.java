package io.phalanx.node.activation;

import io.phalanx.node.sticky.CookieSessions;
import io.phalanx.node.sticky.Places;
import io.phalanx.node.sticky.Sessions;
import io.phalanx.node.sticky.StickyCookie;
import io.phalanx.providers.dynamic.Service;
import java.util.Optional;
import java.util.OptionalInt;

/** Builds what keeps sessions of one service. */
final class Stickiness {
  private final String service;
  private final ServiceMistakes mistakes;

  /**
   * @param service qualified name
   */
  Stickiness(String service, ServiceMistakes mistakes) {
    this.service = service;
    this.mistakes = mistakes;
  }

  /**
   * Empty if the service is not sticky, or if there are mistakes, which are added to the service's.
   *
   * @param option where it is configured
   */
  <T> Optional<Sessions<T>> build(Service.Sticky options, String option, Places<T> places) {
    return options
        .cookie()
        .flatMap(cookie -> cookie(cookie, option + ".cookie"))
        .map(cookie -> new CookieSessions<>(cookie, places));
  }

  private Optional<StickyCookie> cookie(Service.Cookie options, String option) {
    int maxAge = options.maxAge();
    try {
      return Optional.of(
          new StickyCookie(
              options
                  .name()
                  .filter(name -> !name.isEmpty())
                  .map(StickyCookie::sanitized)
                  .orElseGet(() -> StickyCookie.nameFor(service)),
              options.path(),
              options.domain().orElse(""),
              maxAge == 0 ? OptionalInt.empty() : OptionalInt.of(Math.max(0, maxAge)),
              options.httpOnly(),
              options.secure(),
              options.sameSite().flatMap(StickyCookie.SameSite::of)));
    } catch (IllegalArgumentException e) {
      mistakes.add(option, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
