package io.phalanx.node.sticky;

import io.phalanx.node.exchange.HeaderName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The cookie that a session is told by, formed as Traefik does it.
 *
 * @param name a token (RFC 6265, section 4.1.1)
 * @param path empty: without the attribute
 * @param domain empty: without the attribute
 * @param maxAge seconds, 0 to have it deleted; empty: as long as the user agent's session
 * @param sameSite empty: without the attribute
 */
public record StickyCookie(
    String name,
    String path,
    String domain,
    OptionalInt maxAge,
    boolean httpOnly,
    boolean secure,
    Optional<SameSite> sameSite) {
  private static final int LONGEST_DOMAIN = 255;

  /** Whether the cookie goes with requests that come from other sites (RFC 6265bis). */
  public enum SameSite {
    NONE("None"),
    LAX("Lax"),
    STRICT("Strict");

    private final String text;

    SameSite(String text) {
      this.text = text;
    }

    /** Of its name in lower case; empty for any other. */
    public static Optional<SameSite> of(String name) {
      return switch (name) {
        case "none" -> Optional.of(NONE);
        case "lax" -> Optional.of(LAX);
        case "strict" -> Optional.of(STRICT);
        default -> Optional.empty();
      };
    }
  }

  /**
   * @throws IllegalArgumentException if the name, the path or the domain cannot stand in a cookie;
   *     the message begins with which
   */
  public StickyCookie {
    if (!HeaderName.isToken(name)) {
      throw new IllegalArgumentException("name \"" + name + "\" is not a token");
    }
    if (!path.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != ';')) {
      throw new IllegalArgumentException("path \"" + path + "\" cannot stand in a cookie");
    }
    domain = domain.startsWith(".") ? domain.substring(1) : domain;
    if (!domain.isEmpty() && !isDomain(domain)) {
      throw new IllegalArgumentException("domain \"" + domain + "\" is not one of a cookie");
    }
  }

  private static boolean isDomain(String text) {
    return text.length() <= LONGEST_DOMAIN
        && text.matches("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9-]+)*");
  }

  /** A name with an underscore for every character that cannot stand in one. */
  public static String sanitized(String name) {
    var token = new StringBuilder();
    name.codePoints()
        .forEach(
            c ->
                token.append(
                    c < 0x80 && HeaderName.isToken(Character.toString(c)) ? (char) c : '_'));
    return token.toString();
  }

  /** The name where none is given: of the service's, and so different for each. */
  public static String nameFor(String qualified) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest(("_TRAEFIK_BACKEND_" + qualified).getBytes(StandardCharsets.UTF_8));
      return '_' + HexFormat.of().formatHex(hash).substring(0, 5);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  /** The line of {@code Set-Cookie} with this value, in Go's order. */
  String line(String value) {
    var line = new StringBuilder(name).append('=').append(value);
    if (!path.isEmpty()) {
      line.append("; Path=").append(path);
    }
    if (!domain.isEmpty()) {
      line.append("; Domain=").append(domain);
    }
    maxAge.ifPresent(seconds -> line.append("; Max-Age=").append(seconds));
    if (httpOnly) {
      line.append("; HttpOnly");
    }
    if (secure) {
      line.append("; Secure");
    }
    sameSite.ifPresent(given -> line.append("; SameSite=").append(given.text));
    return line.toString();
  }
}
