package io.phalanx.node.entrypoint;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.exchange.HeaderName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one entry point listens on and bounds.
 *
 * @param sharesPort whether other sockets may listen on the same address (SO_REUSEPORT)
 * @param trustEverybody whether any peer's forwarding headers are taken for true
 * @param trusted the peers whose forwarding headers are taken for true
 * @param proxies whose PROXY header in front of a connection is believed; empty if nobody sends one
 * @param connectionHeaders headers that stay although {@code Connection} names them
 * @param appendForwardedFor whether the peer is added to {@code X-Forwarded-For}
 * @param maxHeaderBytes of a request's head
 * @param readTimeout for a request's head and, between two pieces, its body; zero for none
 * @param writeTimeout in which a client has to take something of what is sent to it; zero for none
 * @param idleTimeout of a connection without a request; zero for none
 * @param maxRequestsPerConnection 0 for any number
 * @param maxConnectionAge after which the next answer ends the connection; zero for none
 * @param http2 bounds of HTTP/2
 */
public record EntryPointOptions(
    String name,
    InetSocketAddress address,
    boolean sharesPort,
    boolean trustEverybody,
    List<AddressRange> trusted,
    Optional<TrustedProxies> proxies,
    Set<HeaderName> connectionHeaders,
    boolean appendForwardedFor,
    UnderscoreHeaders underscoreHeaders,
    boolean encodeQuerySemicolons,
    boolean sanitizePath,
    int maxHeaderBytes,
    Duration readTimeout,
    Duration writeTimeout,
    Duration idleTimeout,
    int maxRequestsPerConnection,
    Duration maxConnectionAge,
    Http2 http2) {
  /**
   * Bounds of HTTP/2.
   *
   * @param maxConcurrentStreams of one connection; those beyond are refused
   * @param maxDecoderHeaderTableSize bytes of the table for received fields
   * @param maxEncoderHeaderTableSize most bytes of the table for sent fields
   */
  public record Http2(
      int maxConcurrentStreams, int maxDecoderHeaderTableSize, int maxEncoderHeaderTableSize) {
    public static final Http2 DEFAULTS = new Http2(250, 4096, 4096);
  }

  /**
   * What is done with headers that have an underscore in their name, which some servers take for a
   * dash.
   */
  public enum UnderscoreHeaders {
    KEEP,
    DELETE,
    REJECT
  }

  /**
   * Where a PROXY header may stand in front of a connection. It may be missing; from a peer that is
   * not trusted it is read and not believed.
   */
  public record TrustedProxies(boolean everybody, List<AddressRange> ranges) {
    public TrustedProxies {
      ranges = List.copyOf(ranges);
    }

    boolean trusts(InetAddress peer) {
      return everybody || ranges.stream().anyMatch(range -> range.contains(peer));
    }
  }

  public EntryPointOptions {
    trusted = List.copyOf(trusted);
    connectionHeaders = Set.copyOf(connectionHeaders);
  }

  /** The same at another address. */
  public EntryPointOptions at(InetSocketAddress other) {
    return new EntryPointOptions(
        name,
        other,
        sharesPort,
        trustEverybody,
        trusted,
        proxies,
        connectionHeaders,
        appendForwardedFor,
        underscoreHeaders,
        encodeQuerySemicolons,
        sanitizePath,
        maxHeaderBytes,
        readTimeout,
        writeTimeout,
        idleTimeout,
        maxRequestsPerConnection,
        maxConnectionAge,
        http2);
  }
}
