package io.phalanx.providers.tree;

import java.util.Optional;

/**
 * A text that is read once, from its beginning to its end, so that nobody needs the tree of all of
 * it. It stands before a value, or in a block before a key.
 */
interface ValueStream {
  /**
   * Goes into the block that begins here, to its first key.
   *
   * @return false if it does not, since none begins, or one that is referred to from elsewhere
   */
  boolean enter() throws OverLimitException;

  /** The next key of the block; empty behind its end. Its value has to be read then. */
  Optional<String> key() throws OverLimitException;

  /** All of the value that begins here; empty for null. */
  Optional<Tree> value() throws OverLimitException;
}
