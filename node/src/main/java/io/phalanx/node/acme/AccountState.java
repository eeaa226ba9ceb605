package io.phalanx.node.acme;

import java.time.Instant;
import java.util.Optional;

/**
 * An account at an authority, which all members use.
 *
 * @param server the authority's directory
 * @param location the account's URL; empty until the authority knows it
 * @param limited until when the authority grants nothing, if it said so
 */
record AccountState(
    String server, KeptKey key, Optional<String> location, Optional<Limited> limited) {
  /**
   * @param reason the authority's words
   */
  record Limited(Instant until, String reason) {}

  /** The document that holds the account of a resolver. */
  static String documentName(String resolver) {
    return "account/" + resolver;
  }

  AccountState at(String where) {
    return new AccountState(server, key, Optional.of(where), limited);
  }

  /** The same key, which the authority does not know. */
  AccountState unknown() {
    return new AccountState(server, key, Optional.empty(), limited);
  }

  AccountState limited(Optional<Limited> limit) {
    return new AccountState(server, key, location, limit);
  }
}
