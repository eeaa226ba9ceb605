package io.phalanx.node.exchange;

import io.phalanx.node.exchange.Answer.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.StringTokenizer;

/**
 * The fields behind a body (RFC 9110, section 6.5), in order. None of them is one that a receiver
 * might take for part of the head: framing, routing, authentication, the description of the content
 * and what only an entry point may say are left out where trailers come in ({@link Builder}), from
 * clients and from servers, whatever protocol they come by.
 */
public record Trailers(List<Field> fields) {
  /** Most fields, counted with those that are left out. */
  public static final int MAX_FIELDS = 100;

  /** Most bytes of names and values, counted with those that are left out. */
  public static final int MAX_BYTES = 16 << 10;

  public static final Trailers NONE = new Trailers(List.of());

  private static final Set<String> NEVER =
      Set.of(
          "age",
          "authorization",
          "cache-control",
          "connection",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "date",
          "expect",
          "expires",
          "forwarded",
          "host",
          "keep-alive",
          "location",
          "max-forwards",
          "pragma",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "proxy-connection",
          "range",
          "realm",
          "retry-after",
          "set-cookie",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "vary",
          "www-authenticate",
          "x-real-ip");

  /**
   * @throws IllegalArgumentException if a field may not stand here
   */
  public Trailers {
    fields = List.copyOf(fields);
    int bytes = 0;
    for (Field field : fields) {
      if (!mayFollow(field.name().lowerCase())) {
        throw new IllegalArgumentException(field.name() + " may not be a trailer");
      }
      checkValue(field.value());
      bytes += field.name().toString().length() + field.value().length();
    }
    if (fields.size() > MAX_FIELDS || bytes > MAX_BYTES) {
      throw new IllegalArgumentException("too many trailers");
    }
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /**
   * What a {@code Trailer} header may announce: its names without those that are not passed on;
   * empty if none is left.
   */
  public static String announcement(String value) {
    var kept = new StringJoiner(", ");
    for (var names = new StringTokenizer(value, ", \t"); names.hasMoreTokens(); ) {
      String name = names.nextToken();
      if (HeaderName.isToken(name) && mayFollow(name.toLowerCase(Locale.ROOT))) {
        kept.add(name);
      }
    }
    return kept.toString();
  }

  /** An underscore counts as a dash, because some servers take it for one. */
  private static boolean mayFollow(String lowerCase) {
    String name = lowerCase.replace('_', '-');
    return !NEVER.contains(name) && !name.startsWith("if-") && !name.startsWith("x-forwarded-");
  }

  private static void checkValue(String value) {
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f || c > 0xff)) {
      throw new IllegalArgumentException("a trailer's value holds what may not be in one");
    }
  }

  /** Takes trailers as they come in, and leaves out what may not be one. */
  public static final class Builder {
    private final List<Field> fields = new ArrayList<>();
    private int count;
    private int bytes;

    /**
     * Adds one field.
     *
     * @return whether it is within the bounds; if not, the message is to be refused
     * @throws IllegalArgumentException if the name is no token or the value holds what may not be
     *     in one
     */
    public boolean add(String name, String value) {
      HeaderName parsed = HeaderName.of(name);
      checkValue(value);
      bytes += name.length() + value.length();
      if (++count > MAX_FIELDS || bytes > MAX_BYTES) {
        return false;
      }
      if (mayFollow(parsed.lowerCase())) {
        fields.add(new Field(parsed, value));
      }
      return true;
    }

    public Trailers build() {
      return fields.isEmpty() ? NONE : new Trailers(fields);
    }
  }
}
