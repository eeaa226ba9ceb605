package io.phalanx.node.entrypoint;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.exchange.HeaderName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What one entry point listens on and bounds.
 *
 * @param trustEverybody whether any peer's forwarding headers are taken for true
 * @param trusted the peers whose forwarding headers are taken for true
 * @param connectionHeaders headers that stay although {@code Connection} names them
 * @param appendForwardedFor whether the peer is added to {@code X-Forwarded-For}
 * @param maxHeaderBytes of a request's head
 * @param readTimeout for a request's head and, between two pieces, its body; zero for none
 * @param idleTimeout of a connection without a request; zero for none
 * @param maxRequestsPerConnection 0 for any number
 * @param maxConnectionAge after which the next answer ends the connection; zero for none
 */
public record EntryPointOptions(
    String name,
    InetSocketAddress address,
    boolean trustEverybody,
    List<AddressRange> trusted,
    Set<HeaderName> connectionHeaders,
    boolean appendForwardedFor,
    UnderscoreHeaders underscoreHeaders,
    boolean encodeQuerySemicolons,
    boolean sanitizePath,
    int maxHeaderBytes,
    Duration readTimeout,
    Duration idleTimeout,
    int maxRequestsPerConnection,
    Duration maxConnectionAge) {
  /**
   * What is done with headers that have an underscore in their name, which some servers take for a
   * dash.
   */
  public enum UnderscoreHeaders {
    KEEP,
    DELETE,
    REJECT
  }

  public EntryPointOptions {
    trusted = List.copyOf(trusted);
    connectionHeaders = Set.copyOf(connectionHeaders);
  }
}
