package io.phalanx.node.proxyprotocol;

import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import io.phalanx.node.proxyprotocol.ProxyHeader.Incomplete;
import io.phalanx.node.proxyprotocol.ProxyHeader.Malformed;
import io.phalanx.node.proxyprotocol.ProxyHeader.Present;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Binary, with extensions behind the addresses, which nobody here asks for. */
final class Version2 {
  private static final byte[] SIGNATURE = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };
  private static final int FIXED = SIGNATURE.length + 4;
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int TCP4 = 0x11;
  private static final int TCP6 = 0x21;

  private Version2() {}

  static ProxyHeader read(ByteBuffer bytes) {
    Optional<ProxyHeader> other = Signature.other(bytes, SIGNATURE);
    if (other.isPresent()) {
      return other.get();
    }
    if (bytes.remaining() < FIXED) {
      return new Incomplete();
    }
    int command = bytes.get(SIGNATURE.length);
    int family = bytes.get(SIGNATURE.length + 1);
    int length = FIXED + (bytes.getShort(SIGNATURE.length + 2) & 0xffff);
    if (command != LOCAL && command != PROXY) {
      return new Malformed("a version or a command that there is not");
    }
    if ((family >> 4 & 0xf) > 3 || (family & 0xf) > 2) {
      return new Malformed("a family or a protocol that there is not");
    }
    if (length > ProxyHeader.MAX_BYTES) {
      return new Malformed("a header of " + length + " bytes");
    }
    if (bytes.remaining() < length) {
      return new Incomplete();
    }
    boolean local = command == LOCAL;
    return switch (local ? 0 : family) {
      case TCP4 -> addresses(bytes.slice(FIXED, length - FIXED), 4, length);
      case TCP6 -> addresses(bytes.slice(FIXED, length - FIXED), 16, length);
      default -> new Present(length, Optional.empty());
    };
  }

  private static ProxyHeader addresses(ByteBuffer block, int size, int length) {
    if (block.remaining() < 2 * size + 4) {
      return new Malformed("a header that ends within its addresses");
    }
    InetAddress source = address(block, size);
    InetAddress destination = address(block, size);
    int sourcePort = block.getShort() & 0xffff;
    int destinationPort = block.getShort() & 0xffff;
    return new Present(
        length,
        Optional.of(
            new Addresses(
                new InetSocketAddress(source, sourcePort),
                new InetSocketAddress(destination, destinationPort))));
  }

  private static InetAddress address(ByteBuffer block, int size) {
    byte[] bytes = new byte[size];
    block.get(bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  /** The header for addresses of one family, without extensions. */
  static byte[] write(Optional<Addresses> addresses) {
    if (addresses.isEmpty()) {
      return ByteBuffer.allocate(FIXED).put(SIGNATURE).put((byte) LOCAL).array();
    }
    InetSocketAddress source = addresses.get().source();
    InetSocketAddress destination = addresses.get().destination();
    byte[] from = source.getAddress().getAddress();
    byte[] to = destination.getAddress().getAddress();
    int block = from.length + to.length + 4;
    return ByteBuffer.allocate(FIXED + block)
        .put(SIGNATURE)
        .put((byte) PROXY)
        .put((byte) (from.length == 4 ? TCP4 : TCP6))
        .putShort((short) block)
        .put(from)
        .put(to)
        .putShort((short) source.getPort())
        .putShort((short) destination.getPort())
        .array();
  }
}
