package io.phalanx.node.sticky;

import io.phalanx.cluster.key.Signing;
import java.io.IOException;

/** What cookies are signed with, looked for when a service first wants it. */
@FunctionalInterface
public interface SigningKeys {
  /**
   * @param purpose a signature for one purpose is none for another
   * @throws IOException if there is none
   */
  Signing signing(String purpose) throws IOException;
}
