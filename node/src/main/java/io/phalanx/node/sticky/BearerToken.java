package io.phalanx.node.sticky;

import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON Web Token (RFC 7519) in the compact form, sent as RFC 6750 says. It is read as it comes:
 * its signature is not looked at, and an encrypted one has nothing to read.
 */
final class BearerToken {
  private static final String SCHEME = "Bearer ";

  /** Longer ones are not read. A request's head has a bound of its own. */
  private static final int MOST_CHARACTERS = 16 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(32)
                  .maxStringLength(MOST_CHARACTERS)
                  .maxNumberLength(64)
                  .build())
          .build();

  private BearerToken() {}

  /**
   * What a claim says, if it is a string or a number; of several of that name the last one, as most
   * readers take it.
   *
   * @param credentials a value of {@code Authorization}
   */
  static Optional<String> claim(String credentials, String name) {
    if (!credentials.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || credentials.length() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    String token = credentials.substring(SCHEME.length()).strip();
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
      return Optional.empty();
    }
    try {
      return read(Base64.getUrlDecoder().decode(token.substring(first + 1, second)), name);
    } catch (IllegalArgumentException | JacksonException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> read(byte[] claims, String name) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), claims)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      Optional<String> said = Optional.empty();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean asked = parser.currentName().equals(name);
        JsonToken value = parser.nextToken();
        if (asked) {
          said =
              value == JsonToken.VALUE_STRING || value.isNumeric()
                  ? Optional.of(parser.getString()).filter(text -> !text.isEmpty())
                  : Optional.empty();
        }
        parser.skipChildren();
      }
      return said;
    }
  }
}
