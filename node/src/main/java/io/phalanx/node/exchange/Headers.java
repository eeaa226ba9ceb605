package io.phalanx.node.exchange;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The header fields of one message, in order. A name may stand on several lines. Not thread-safe:
 * belongs to its exchange.
 *
 * <p>Values hold no CR, LF, NUL and no character above U+00FF; a value that does is refused with an
 * {@link IllegalArgumentException} where it is set.
 */
public interface Headers {
  /** The value of the first line with this name. */
  Optional<String> first(HeaderName name);

  /** The values of all lines with this name, in order; empty if there is none. */
  List<String> all(HeaderName name);

  boolean contains(HeaderName name);

  /** Puts one line in place of all lines with this name. */
  void set(HeaderName name, String value);

  /** Adds a line. */
  void add(HeaderName name, String value);

  /** Removes all lines with this name. */
  void remove(HeaderName name);

  /** Removes all lines. */
  void clear();

  /** Calls {@code line} with the name, as it was written, and the value of every line. */
  void forEach(BiConsumer<String, String> line);

  /**
   * {@code value}, if it may stand in a line.
   *
   * @throws IllegalArgumentException if it may not
   */
  static String checked(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\r' || c == '\n' || c == 0 || c > 0xff) {
        throw new IllegalArgumentException("a header value holds a character that may not be sent");
      }
    }
    return value;
  }
}
