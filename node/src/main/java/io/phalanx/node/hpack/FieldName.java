package io.phalanx.node.hpack;

import io.phalanx.node.exchange.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The name of a field as HTTP/2 writes it, with what is to be known about it. */
public final class FieldName {
  /** What a field means to the connection and to the message it is in (RFC 9113, section 8). */
  public enum Kind {
    METHOD(1),
    SCHEME(2),
    AUTHORITY(4),
    PATH(8),
    STATUS(16),
    PROTOCOL(32),
    /** A pseudo-header that does not exist. */
    UNKNOWN_PSEUDO(0),
    /** For one connection of HTTP/1.1; may not be in a message. */
    CONNECTION_SPECIFIC(0),
    TE(0),
    HOST(0),
    CONTENT_LENGTH(0),
    COOKIE(0),
    REGULAR(0),
    /** Not a token in lower case. */
    MALFORMED(0);

    private final int bit;

    Kind(int bit) {
      this.bit = bit;
    }

    /** A number by which the pseudo-headers can be told apart in a set; 0 for the others. */
    public int bit() {
      return bit;
    }
  }

  /** How a sender treats the value. */
  enum Indexing {
    /** Put into the table, if it comes again. */
    WORTHWHILE,
    /** Different nearly every time. */
    POINTLESS,
    /** A secret (RFC 7541, section 7.1.3). */
    FORBIDDEN
  }

  private static final HeaderName NONE = HeaderName.of("-");

  private final String text;
  private final byte[] bytes;
  private final Kind kind;
  private final Indexing indexing;
  private final int staticIndex;
  private final HeaderName header;
  private final int id;

  private FieldName(String text, byte[] bytes, int id) {
    this.text = text;
    this.bytes = bytes;
    this.id = id;
    this.kind = kindOf(text);
    this.indexing = indexingOf(text);
    this.staticIndex = StaticTable.indexOf(text);
    this.header =
        kind == Kind.MALFORMED || text.startsWith(":") ? NONE : HeaderName.of(capitalised(text));
  }

  /** A name as it came. */
  static FieldName of(String text) {
    return toSend(text, 0);
  }

  /**
   * A name to be sent, in lower case.
   *
   * @param id a small number, by which senders find what they know about the name
   */
  static FieldName toSend(String text, int id) {
    return new FieldName(text, text.getBytes(StandardCharsets.ISO_8859_1), id);
  }

  private static Kind kindOf(String text) {
    return switch (text) {
      case ":method" -> Kind.METHOD;
      case ":scheme" -> Kind.SCHEME;
      case ":authority" -> Kind.AUTHORITY;
      case ":path" -> Kind.PATH;
      case ":status" -> Kind.STATUS;
      case ":protocol" -> Kind.PROTOCOL;
      case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" ->
          Kind.CONNECTION_SPECIFIC;
      case "te" -> Kind.TE;
      case "host" -> Kind.HOST;
      case "content-length" -> Kind.CONTENT_LENGTH;
      case "cookie" -> Kind.COOKIE;
      default -> {
        if (text.startsWith(":")) {
          yield Kind.UNKNOWN_PSEUDO;
        }
        boolean well = HeaderName.isToken(text) && text.equals(text.toLowerCase(Locale.ROOT));
        yield well ? Kind.REGULAR : Kind.MALFORMED;
      }
    };
  }

  private static Indexing indexingOf(String text) {
    return switch (text) {
      case "authorization", "proxy-authorization", "set-cookie" -> Indexing.FORBIDDEN;
      case ":path",
          "age",
          "content-length",
          "content-range",
          "etag",
          "if-modified-since",
          "if-none-match",
          "location" ->
          Indexing.POINTLESS;
      default -> Indexing.WORTHWHILE;
    };
  }

  private static String capitalised(String name) {
    char[] letters = name.toCharArray();
    boolean first = true;
    for (int i = 0; i < letters.length; i++) {
      letters[i] = first ? Character.toUpperCase(letters[i]) : letters[i];
      first = letters[i] == '-';
    }
    return new String(letters);
  }

  /** The name as it came. */
  public String text() {
    return text;
  }

  public Kind kind() {
    return kind;
  }

  /**
   * The name as HTTP/1.1 writes it, words in capitals. Only of names that are no pseudo-headers and
   * not malformed.
   */
  public HeaderName header() {
    return header;
  }

  /** Bytes of the name. */
  public int length() {
    return bytes.length;
  }

  byte[] bytes() {
    return bytes;
  }

  Indexing indexing() {
    return indexing;
  }

  /** Lowest index of a field with this name in the static table, 0 if there is none. */
  int staticIndex() {
    return staticIndex;
  }

  int id() {
    return id;
  }

  @Override
  public String toString() {
    return text;
  }
}
