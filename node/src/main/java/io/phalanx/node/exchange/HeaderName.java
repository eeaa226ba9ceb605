package io.phalanx.node.exchange;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The name of a header field (RFC 9110, section 5.1): compared without regard to case, written as
 * it was given.
 *
 * <p>Make these once, when a configuration is compiled, and not per request.
 */
public final class HeaderName implements Comparable<HeaderName> {
  public static final HeaderName AUTHORIZATION = of("Authorization");
  public static final HeaderName CONNECTION = of("Connection");
  public static final HeaderName HOST = of("Host");
  public static final HeaderName LOCATION = of("Location");
  public static final HeaderName ORIGIN = of("Origin");
  public static final HeaderName RETRY_AFTER = of("Retry-After");
  public static final HeaderName VARY = of("Vary");
  public static final HeaderName X_FORWARDED_FOR = of("X-Forwarded-For");
  public static final HeaderName X_FORWARDED_PREFIX = of("X-Forwarded-Prefix");
  public static final HeaderName X_FORWARDED_PROTO = of("X-Forwarded-Proto");

  /**
   * The longest name, in bytes, that has a place in a table of names that came before. Longer ones
   * hardly come twice, and a table full of them would be memory that a stranger uses up.
   */
  public static final int LONGEST_KEPT = 64;

  private final String text;
  private final String lowerCase;

  private HeaderName(String text) {
    this.text = text;
    this.lowerCase = text.toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if {@code text} is not a token (RFC 9110, section 5.6.2)
   */
  public static HeaderName of(String text) {
    if (!isToken(text)) {
      throw new IllegalArgumentException("not a header name: \"" + text + '"');
    }
    return new HeaderName(text);
  }

  /** Whether {@code text} is one or more token characters (RFC 9110, section 5.6.2). */
  public static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isTokenCharacter(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isTokenCharacter(char c) {
    return (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  /** The name in lower case. */
  public String lowerCase() {
    return lowerCase;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this || (other instanceof HeaderName that && lowerCase.equals(that.lowerCase));
  }

  @Override
  public int compareTo(HeaderName other) {
    return other == this ? 0 : lowerCase.compareTo(other.lowerCase);
  }

  @Override
  public int hashCode() {
    return lowerCase.hashCode();
  }

  /** The name as it was given. */
  @Override
  public String toString() {
    return text;
  }
}
