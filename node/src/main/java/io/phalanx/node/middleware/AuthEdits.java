package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.providers.dynamic.AccessOptions;
import io.phalanx.providers.regex.Regex;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What an auth server's consent adds to the request, and to the answer. */
final class AuthEdits {
  private static final HeaderName SET_COOKIE = HeaderName.of("Set-Cookie");

  private final List<HeaderName> names;
  private final Optional<Pattern> pattern;
  private final Set<String> cookies;
  private final Optional<HeaderName> userField;

  /**
   * @throws IllegalArgumentException if a name or the expression cannot be used
   */
  AuthEdits(AccessOptions.ForwardAuth options) {
    this.names =
        options.authResponseHeaders().stream()
            .map(name -> header("authResponseHeaders", name))
            .toList();
    this.pattern =
        options
            .authResponseHeadersRegex()
            .filter(text -> !text.isEmpty())
            .map(
                text -> {
                  try {
                    return Regex.compile(text);
                  } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                        "authResponseHeadersRegex: " + e.getMessage(), e);
                  }
                });
    this.cookies = Set.copyOf(options.addAuthCookiesToResponse());
    this.userField =
        options
            .headerField()
            .filter(text -> !text.isEmpty())
            .map(text -> header("headerField", text));
  }

  private static HeaderName header(String option, String text) {
    String name = text.strip();
    if (!HeaderName.isToken(name)) {
      throw new IllegalArgumentException(option + ": \"" + name + "\" is no name of a header");
    }
    return HeaderName.of(name);
  }

  /** The client cannot say itself what only the auth server may say. */
  void edit(RequestHead request, Headers consent) {
    for (HeaderName name : names) {
      replace(request.headers(), name, consent);
    }
    if (pattern.isPresent()) {
      Set<HeaderName> matching = new LinkedHashSet<>();
      request.headers().forEach((name, _) -> addMatching(name, matching));
      consent.forEach((name, _) -> addMatching(name, matching));
      matching.forEach(name -> replace(request.headers(), name, consent));
    }
    userField
        .flatMap(consent::first)
        .ifPresent(user -> request.user(new String(user.getBytes(ISO_8859_1), UTF_8)));
  }

  private static void replace(Headers headers, HeaderName name, Headers consent) {
    if (HeaderEdits.isFraming(name)) {
      // The auth server's is about its own answer.
      return;
    }
    headers.remove(name);
    consent.all(name).forEach(value -> headers.add(name, value));
  }

  /** As in Traefik the expression sees each word of a name with a capital. */
  private void addMatching(String name, Set<HeaderName> matching) {
    if (pattern.orElseThrow().matcher(capitalised(name)).find()) {
      matching.add(HeaderName.of(name));
    }
  }

  private static String capitalised(String name) {
    char[] letters = name.toCharArray();
    boolean first = true;
    for (int i = 0; i < letters.length; i++) {
      letters[i] = first ? Character.toUpperCase(letters[i]) : Character.toLowerCase(letters[i]);
      first = letters[i] == '-';
    }
    return new String(letters);
  }

  /** Puts cookies of the auth server in the place of the server's; empty if it sets none. */
  Optional<ResponseStep> cookies(Headers consent) {
    List<String> set = consent.all(SET_COOKIE);
    if (cookies.isEmpty() || set.isEmpty()) {
      return Optional.empty();
    }
    List<String> added = set.stream().filter(cookie -> cookies.contains(nameOf(cookie))).toList();
    return Optional.of(
        response -> {
          var kept = new ArrayList<String>();
          for (String cookie : response.headers().all(SET_COOKIE)) {
            if (!cookies.contains(nameOf(cookie))) {
              kept.add(cookie);
            }
          }
          response.headers().remove(SET_COOKIE);
          kept.forEach(cookie -> response.headers().add(SET_COOKIE, cookie));
          added.forEach(cookie -> response.headers().add(SET_COOKIE, cookie));
        });
  }

  private static String nameOf(String cookie) {
    int equals = cookie.indexOf('=');
    return (equals < 0 ? cookie : cookie.substring(0, equals)).strip();
  }
}
