package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names of header lines by their bytes, so that a name seen before costs no text. A table of fixed
 * size in which a new name takes the place of an old one. Belongs to one I/O thread.
 */
final class HeaderNames {
  /** What a line of an answer means to the connection it came by. */
  enum Role {
    /** For the client. */
    PASSED,
    /** For this connection only (RFC 9110, section 7.6.1). */
    HOP_BY_HOP,
    CONNECTION,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    UPGRADE,
    /** For the client if trailers can come. */
    TRAILER
  }

  /** A name in the spelling that is sent: words in capitals, as Traefik's answers have it. */
  static final class Known {
    private final byte[] bytes;
    private final HeaderName name;
    private final Role role;

    private Known(byte[] bytes, HeaderName name, Role role) {
      this.bytes = bytes;
      this.name = name;
      this.role = role;
    }

    HeaderName name() {
      return name;
    }

    Role role() {
      return role;
    }
  }

  private static final int SIZE = 512;

  private final @Nullable Known[] table = new @Nullable Known[SIZE];

  /** The hash to start with, for {@link #next} over the bytes of a name. */
  static final int START = 0;

  static int next(int hash, byte b) {
    return hash * 31 + b;
  }

  /**
   * The name at {@code from} to {@code to}, whose bytes have the {@code hash}.
   *
   * @throws MalformedAnswerException if that is not a token
   */
  Known at(byte[] bytes, int from, int to, int hash) throws MalformedAnswerException {
    int slot = (hash ^ (hash >>> 9)) & (SIZE - 1);
    Known known = table[slot];
    if (known != null && Arrays.equals(known.bytes, 0, known.bytes.length, bytes, from, to)) {
      return known;
    }
    Known added = read(bytes, from, to);
    if (to - from <= HeaderName.LONGEST_KEPT) {
      table[slot] = added;
    }
    return added;
  }

  private static Known read(byte[] bytes, int from, int to) throws MalformedAnswerException {
    String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    if (!HeaderName.isToken(text)) {
      throw new MalformedAnswerException("a header's name is not a token");
    }
    HeaderName name = HeaderName.of(capitalised(text));
    return new Known(Arrays.copyOfRange(bytes, from, to), name, roleOf(name.lowerCase()));
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

  private static Role roleOf(String lowerCase) {
    return switch (lowerCase) {
      case "connection" -> Role.CONNECTION;
      case "content-length" -> Role.CONTENT_LENGTH;
      case "transfer-encoding" -> Role.TRANSFER_ENCODING;
      case "upgrade" -> Role.UPGRADE;
      case "trailer" -> Role.TRAILER;
      case "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te" ->
          Role.HOP_BY_HOP;
      default -> Role.PASSED;
    };
  }
}
