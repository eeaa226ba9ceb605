package io.phalanx.node.tls;

import java.io.IOException;

/** Secrets that all nodes of a fleet derive alike. */
@FunctionalInterface
public interface TicketSecrets {
  /**
   * @param text what it is for
   * @return 32 bytes; another text has others
   * @throws IOException if there is nothing to derive them of
   */
  byte[] secret(byte[] text) throws IOException;
}
