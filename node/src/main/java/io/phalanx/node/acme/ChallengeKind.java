package io.phalanx.node.acme;

/** How an authority may find out whether a name is the fleet's; first the one that is preferred. */
public enum ChallengeKind {
  /** A certificate in a handshake (RFC 8737). */
  TLS_ALPN_01,
  /** An answer on port 80 (RFC 8555, section 8.3). */
  HTTP_01,
  /** A record that name servers show (RFC 8555, section 8.4). The only one for wildcards. */
  DNS_01
}
