package io.phalanx.node.activation;

import io.phalanx.cluster.key.Signing;
import io.phalanx.node.address.ClientAddress;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.sticky.CookieSessions;
import io.phalanx.node.sticky.LearnedSessions;
import io.phalanx.node.sticky.Places;
import io.phalanx.node.sticky.SessionSource;
import io.phalanx.node.sticky.Sessions;
import io.phalanx.node.sticky.StickyCookie;
import io.phalanx.providers.dynamic.Service;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** Builds what keeps sessions of one service. */
final class Stickiness {
  private static final String PURPOSE = "sticky cookie";

  private final String service;
  private final ServiceParts parts;
  private final ServiceMistakes mistakes;

  /**
   * @param service qualified name
   */
  Stickiness(String service, ServiceParts parts, ServiceMistakes mistakes) {
    this.service = service;
    this.parts = parts;
    this.mistakes = mistakes;
  }

  /**
   * Empty if the service is not sticky, or if there are mistakes, which are added to the service's.
   *
   * @param option where it is configured
   */
  <T> Optional<Sessions<T>> build(Service.Sticky options, String option, Places<T> places) {
    if (options.source().isPresent()) {
      Service.SessionSource given = options.source().get();
      return source(given, option + ".source")
          .map(
              source ->
                  new LearnedSessions<>(service, source, places, parts.sessions(), given.expiry()));
    }
    return options.cookie().flatMap(cookie -> cookies(cookie, option + ".cookie", places));
  }

  private <T> Optional<Sessions<T>> cookies(
      Service.Cookie options, String option, Places<T> places) {
    Optional<StickyCookie> cookie = cookie(options, option);
    if (!options.signed()) {
      return cookie.map(plain -> CookieSessions.plain(plain, places));
    }
    Optional<Signing> signing = signing(option + ".signed");
    return cookie.flatMap(made -> signing.map(keys -> CookieSessions.signed(made, places, keys)));
  }

  private Optional<Signing> signing(String option) {
    try {
      return Optional.of(parts.keys().signing(PURPOSE));
    } catch (IOException e) {
      mistakes.add(option, "there is no key to sign with: " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<SessionSource> source(Service.SessionSource options, String option) {
    try {
      if (options.requestHeaderName().isPresent()) {
        return Optional.of(
            new SessionSource.Header(HeaderName.of(options.requestHeaderName().get())));
      }
      return Optional.of(
          options
              .cookieName()
              .<SessionSource>map(SessionSource.Cookie::new)
              .or(() -> options.claim().map(SessionSource.Claim::new))
              .orElseGet(
                  () ->
                      new SessionSource.Address(
                          new ClientAddress(options.ipStrategy().orElseThrow()))));
    } catch (IllegalArgumentException e) {
      mistakes.add(option, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
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
