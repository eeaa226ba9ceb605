package io.phalanx.node.framing;

import io.phalanx.node.exchange.Trailers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the lines behind a chunked body (RFC 9112, section 7.1.2), as strictly as those of a head:
 * a name that is a token, a colon behind it, no control characters, no folding.
 */
final class TrailerReader {
  /** Most bytes of one line: a name and a value within the bounds, and what stands between. */
  private static final int MAX_LINE = Trailers.MAX_BYTES + ": ".length();

  private final Trailers.Builder builder = new Trailers.Builder();
  private byte[] line = new byte[128];
  private int length;

  void add(byte b) throws MalformedFramingException {
    if (b >= 0 && b < ' ' && b != '\t') {
      throw new MalformedFramingException("a control character in a trailer");
    }
    if (length == MAX_LINE) {
      throw tooMuch();
    }
    if (length == line.length) {
      line = Arrays.copyOf(line, Math.min(2 * length, MAX_LINE));
    }
    line[length++] = b;
  }

  /** The line that was added is whole, without its CRLF. */
  void endLine() throws MalformedFramingException {
    String text = new String(line, 0, length, StandardCharsets.ISO_8859_1);
    length = 0;
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new MalformedFramingException("a trailer without a colon");
    }
    boolean within;
    try {
      within = builder.add(text.substring(0, colon), withoutBlanks(text, colon + 1));
    } catch (IllegalArgumentException e) {
      throw new MalformedFramingException("a malformed trailer: " + e.getMessage());
    }
    if (!within) {
      throw tooMuch();
    }
  }

  Trailers trailers() {
    return builder.build();
  }

  private static String withoutBlanks(String text, int from) {
    int start = from;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static MalformedFramingException tooMuch() {
    return new MalformedFramingException("too many trailers");
  }
}
