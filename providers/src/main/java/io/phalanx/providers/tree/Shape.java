package io.phalanx.providers.tree;

import java.util.Optional;

/** How a type that is more than its components is written: registered with a {@link Decoder}. */
public interface Shape<T> {
  /** The value, or empty after a mistake was reported to {@code decoding}. */
  Optional<T> decode(Tree tree, String path, Decoding decoding);

  Tree encode(T value, Encoder encoder);
}
