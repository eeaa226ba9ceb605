package io.phalanx.node.address;

import io.phalanx.node.exchange.AddressText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An IP address or a network in CIDR notation (RFC 4632, RFC 4291). An IPv4-mapped IPv6 address is
 * the IPv4 address, so {@code ::ffff:10.0.0.0/104} is {@code 10.0.0.0/8}. No other IPv6 network
 * holds IPv4 addresses, {@code ::/0} neither.
 */
public final class AddressRange {
  /** Four numbers, without leading zeros, which some read as octal. */
  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:(" + IPV4 + ")?[0-9a-fA-F]*");

  /** Six groups of four digits, an IPv4 address, and what is between them. */
  private static final int LONGEST = 45;

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

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
    String literal = slash < 0 ? text : text.substring(0, slash);
    byte[] address =
        literal(literal)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "\"" + text + "\" is neither an IP address nor a network"))
            .getAddress();
    int longest = literal.indexOf(':') < 0 ? IPV4_BITS : IPV6_BITS;
    int bits = slash < 0 ? longest : prefixLength(text.substring(slash + 1), longest, text);
    boolean mapped = address.length * Byte.SIZE < longest;
    int fromTheFront = mapped ? bits - (IPV6_BITS - IPV4_BITS) : bits;
    return fromTheFront < 0
        ? new AddressRange(masked(mappedInIpv6(address), bits), bits)
        : new AddressRange(masked(address, fromTheFront), fromTheFront);
  }

  /**
   * The address that a text is; empty if it is none. As in Go, and unlike in Java, {@code 10.1} and
   * {@code 010.0.0.1} are none, nor is an address with a zone. Asks no name server.
   */
  static Optional<InetAddress> literal(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      return IPV4.matcher(text).matches() || IPV6.matcher(text).matches()
          ? Optional.of(InetAddress.ofLiteral(text))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static byte[] mappedInIpv6(byte[] ipv4) {
    byte[] ipv6 = new byte[16];
    ipv6[10] = (byte) 0xff;
    ipv6[11] = (byte) 0xff;
    System.arraycopy(ipv4, 0, ipv6, 12, 4);
    return ipv6;
  }

  private static int prefixLength(String digits, int longest, String text) {
    if (digits.matches("[0-9]{1,3}") && Integer.parseInt(digits) <= longest) {
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
    int whole = bits / 8;
    int rest = 8 - bits % 8;
    return bytes.length == network.length
        && Arrays.equals(bytes, 0, whole, network, 0, whole)
        && (rest == 8 || (bytes[whole] ^ network[whole]) >> rest == 0);
  }

  /**
   * The network of {@code address} with that many leading bits, as {@link AddressText}; IPv4
   * addresses are left as they are.
   */
  public static String ipv6Network(InetAddress address, int bits) {
    if (address instanceof Inet4Address) {
      return AddressText.of(address);
    }
    try {
      return AddressText.of(InetAddress.getByAddress(masked(address.getAddress(), bits)));
    } catch (UnknownHostException e) {
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
