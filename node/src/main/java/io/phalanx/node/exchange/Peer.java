package io.phalanx.node.exchange;

import java.net.InetAddress;

/**
 * The other end of the client's connection, after the PROXY protocol if that is in use.
 *
 * @param text the address as {@link AddressText}, without IPv6 zone and brackets
 */
public record Peer(InetAddress address, int port, String text) {
  public static Peer of(InetAddress address, int port) {
    return new Peer(address, port, AddressText.of(address));
  }
}
