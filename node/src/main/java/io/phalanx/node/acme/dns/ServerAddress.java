package io.phalanx.node.acme.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a name server is.
 *
 * @param host a name, or an address without brackets
 */
public record ServerAddress(String host, int port) {
  private static final int DNS = 53;

  /**
   * @param text {@code host}, {@code host:port}, {@code [address]:port} or an address
   * @throws IllegalArgumentException with a message for the user
   */
  public static ServerAddress parse(String text) {
    String host = text;
    int port = DNS;
    int colon = text.lastIndexOf(':');
    boolean isBracketed = text.startsWith("[");
    boolean hasPort = isBracketed ? text.contains("]:") : colon >= 0 && text.indexOf(':') == colon;
    if (hasPort) {
      host = text.substring(0, colon);
      port = port(text.substring(colon + 1), text);
    }
    if (isBracketed) {
      if (!host.endsWith("]")) {
        throw refused(text);
      }
      host = host.substring(1, host.length() - 1);
    }
    if (!host.matches("[0-9A-Za-z._:%-]{1,253}") || (host.indexOf(':') >= 0 && !isAddress(host))) {
      throw refused(text);
    }
    return new ServerAddress(host, port);
  }

  private static boolean isAddress(String host) {
    try {
      return InetAddress.ofLiteral(host).getHostAddress().indexOf(':') >= 0;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static int port(String text, String whole) {
    if (!text.matches("\\d{1,5}")
        || Integer.parseInt(text) > 65_535
        || Integer.parseInt(text) < 1) {
      throw refused(whole);
    }
    return Integer.parseInt(text);
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "\"" + text + "\" is no name server such as 192.0.2.1:53 or ns.example.org");
  }

  /** May ask for the name's address, so that it waits. */
  InetSocketAddress resolved() throws DnsException {
    var address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new DnsException("name server " + host + " has no address");
    }
    return address;
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
  }
}
