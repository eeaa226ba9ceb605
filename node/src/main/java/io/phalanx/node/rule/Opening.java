package io.phalanx.node.rule;

import java.net.InetAddress;
import java.util.List;

/**
 * What is known of a connection before it is routed.
 *
 * @param serverName that the client asks for by TLS (RFC 6066), in lower case, without a final dot;
 *     empty if it names none or speaks no TLS
 * @param client its address, after the PROXY protocol if that is in use
 * @param protocols that the client offers (ALPN, RFC 7301)
 */
public record Opening(String serverName, InetAddress client, List<String> protocols) {
  public Opening {
    protocols = List.copyOf(protocols);
  }

  /** Of a connection without TLS, or of which nothing is read yet. */
  public static Opening plain(InetAddress client) {
    return new Opening("", client, List.of());
  }
}
