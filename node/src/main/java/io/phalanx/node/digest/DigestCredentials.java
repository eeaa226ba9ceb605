package io.phalanx.node.digest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a client sends in {@code Authorization} (RFC 7616, section 3.4): of the algorithms only MD5,
 * of the protections only {@code auth}, as Traefik has them.
 *
 * @param name the user's, its bytes one character each
 * @param uri as the client has it
 * @param count how often the client has used the nonce, this time included; from 1
 */
public record DigestCredentials(
    String name,
    String nonce,
    String uri,
    String cnonce,
    String countText,
    long count,
    String response) {
  private static final String SCHEME = "digest ";
  private static final int DIGITS_OF_COUNT = 8;

  /** Empty if it is something else, or not all of it. */
  public static Optional<DigestCredentials> parse(String line) {
    if (!line.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    Map<String, String> given = parameters(line.substring(SCHEME.length()));
    String count = given.getOrDefault("nc", "");
    boolean understood =
        given.getOrDefault("algorithm", "MD5").equalsIgnoreCase("MD5")
            && given.getOrDefault("qop", "").equals("auth")
            && count.length() == DIGITS_OF_COUNT
            && count.chars().allMatch(HexFormat::isHexDigit);
    if (!understood || !given.keySet().containsAll(List.of("username", "nonce", "uri", "cnonce"))) {
      return Optional.empty();
    }
    return Optional.of(
        new DigestCredentials(
            given.getOrDefault("username", ""),
            given.getOrDefault("nonce", ""),
            given.getOrDefault("uri", ""),
            given.getOrDefault("cnonce", ""),
            count,
            HexFormat.fromHexDigitsToLong(count),
            given.getOrDefault("response", "")));
  }

  /** Names in lower case; of two of one name the first counts. Ends where it is broken. */
  private static Map<String, String> parameters(String text) {
    var found = new HashMap<String, String>();
    int at = 0;
    while (at < text.length()) {
      int equals = text.indexOf('=', at);
      if (equals < 0) {
        return found;
      }
      String name = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
      var value = new StringBuilder();
      at = value(text, equals + 1, value);
      found.putIfAbsent(name, value.toString());
      int comma = text.indexOf(',', at);
      at = comma < 0 ? text.length() : comma + 1;
    }
    return found;
  }

  /** Returns where the value ends. */
  private static int value(String text, int start, StringBuilder into) {
    int at = start;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (at == text.length() || text.charAt(at) != '"') {
      int comma = text.indexOf(',', at);
      int end = comma < 0 ? text.length() : comma;
      into.append(text.substring(at, end).strip());
      return end;
    }
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      into.append(text.charAt(at));
    }
    return at;
  }

  /**
   * Whether the client knows the password. Takes as long if it does not.
   *
   * @param secret {@code MD5(name:realm:password)} in lower case hexadecimal
   */
  public boolean isAnsweredBy(String secret, String method) {
    String asked = md5(method + ':' + uri);
    String expected = md5(secret + ':' + nonce + ':' + countText + ':' + cnonce + ":auth:" + asked);
    return MessageDigest.isEqual(
        expected.getBytes(ISO_8859_1), response.toLowerCase(Locale.ROOT).getBytes(ISO_8859_1));
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks MD5", e);
    }
  }

  /** Shows no part of what proves that the client knows a password. */
  @Override
  public String toString() {
    return "digest credentials of " + name;
  }
}
