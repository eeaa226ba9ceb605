package io.phalanx.node.proxyprotocol;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The header that a proxy puts in front of what its client sends, version 1 or 2 (HAProxy's
 * proxy-protocol.txt, sections 2.1 and 2.2). Read strictly: whoever is told apart by an address
 * must not be able to choose how it is read.
 */
public sealed interface ProxyHeader {
  /** Both ends of the client's connection, as the proxy in front sees them. */
  record Addresses(InetSocketAddress source, InetSocketAddress destination) {
    boolean areOfOneFamily() {
      return isIpv4(source) == isIpv4(destination);
    }

    private static boolean isIpv4(InetSocketAddress end) {
      return end.getAddress() instanceof Inet4Address;
    }
  }

  /**
   * @param length in bytes
   * @param addresses empty if the proxy speaks for itself, or of something other than TCP over IP
   */
  record Present(int length, Optional<Addresses> addresses) implements ProxyHeader {}

  /** What came begins like none. */
  record Absent() implements ProxyHeader {}

  /** More bytes are needed. */
  record Incomplete() implements ProxyHeader {}

  record Malformed(String reason) implements ProxyHeader {}

  /** The longest header of version 2 that is taken, with all its extensions. */
  int MAX_BYTES = 4096;

  /** The longest header of version 1, its line end included. */
  int MAX_LINE = 107;

  /** Reads what came so far; the buffer stays as it is. */
  static ProxyHeader read(ByteBuffer bytes) {
    byte first = bytes.hasRemaining() ? bytes.get(bytes.position()) : (byte) 'P';
    return switch (first) {
      case 'P' -> Version1.read(bytes.slice());
      case '\r' -> Version2.read(bytes.slice());
      default -> new Absent();
    };
  }
}
