package io.phalanx.node.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An IP address or a network in CIDR notation (RFC 4632, RFC 4291). An IPv4-mapped IPv6 address is
 * the IPv4 address.
 */
public final class AddressRange {
  private final byte[] network;
  private final int bits;

  private AddressRange(byte[] network, int bits) {
    this.network = network;
    this.bits = bits;
  }

  /**
   * @param text as {@code 192.0.2.1}, {@code 192.0.2.0/24}, {@code 2001:db8::/32}
   * @throws IllegalArgumentException if it is none of these
   */
  public static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = literal(slash < 0 ? text : text.substring(0, slash), text);
    int longest = address.getAddress().length * 8;
    int bits = slash < 0 ? longest : prefixLength(text.substring(slash + 1), longest, text);
    return new AddressRange(masked(address.getAddress(), bits), bits);
  }

  private static InetAddress literal(String address, String text) {
    try {
      boolean fourParts =
          address.indexOf(':') >= 0 || address.chars().filter(c -> c == '.').count() == 3;
      if (fourParts) {
        return InetAddress.ofLiteral(address);
      }
    } catch (IllegalArgumentException _) {
      // Refused below, with the whole text.
    }
    throw new IllegalArgumentException("\"" + text + "\" is neither an IP address nor a network");
  }

  private static int prefixLength(String digits, int longest, String text) {
    if (digits.matches("\\d{1,3}") && Integer.parseInt(digits) <= longest) {
      return Integer.parseInt(digits);
    }
    throw new IllegalArgumentException(
        "\"" + text + "\": the prefix length is from 0 to " + longest);
  }

  /** The first bits of an address, the others zero. */
  static byte[] masked(byte[] address, int bits) {
    byte[] out = new byte[address.length];
    int whole = bits / 8;
    System.arraycopy(address, 0, out, 0, whole);
    if (bits % 8 != 0) {
      out[whole] = (byte) (address[whole] & (0xff << (8 - bits % 8)));
    }
    return out;
  }

  public boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == network.length && Arrays.equals(masked(bytes, bits), network);
  }

  /**
   * The network of {@code address} with that many leading bits, as text; IPv4 addresses are left as
   * they are.
   */
  public static String ipv6Network(InetAddress address, int bits) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    try {
      return InetAddress.getByAddress(masked(address.getAddress(), bits)).getHostAddress();
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("an address of 16 bytes is an address", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AddressRange that
        && bits == that.bits
        && Arrays.equals(network, that.network);
  }

  @Override
  public int hashCode() {
    return Objects.hash(bits, Arrays.hashCode(network));
  }
}
