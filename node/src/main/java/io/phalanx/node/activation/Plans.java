package io.phalanx.node.activation;

import io.phalanx.providers.tree.Tree;

/** Makes plans of settings that the fleet shares. */
public interface Plans {
  /**
   * @throws IllegalStateException if this node cannot serve them; the message has all the reasons
   */
  Plan plan(Tree.Mapping shared);

  /**
   * What is served now, for a revision whose settings cannot be.
   *
   * @param reason is told
   */
  Plan stay(String reason);
}
