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

  /** Calls {@code line} with the name, as it was written, and the value of every line. */
  void forEach(BiConsumer<String, String> line);
}
