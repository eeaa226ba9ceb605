package io.phalanx.node.exchange;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Addresses as text, each in one way only (RFC 5952, section 4), which is also how Go writes them:
 * {@code 2001:db8::1}, never with dots behind colons. Without a zone, which means something on this
 * machine only.
 */
public final class AddressText {
  private static final int GROUPS = 8;
  private static final int LONGEST = 39;

  private AddressText() {}

  public static String of(InetAddress address) {
    return address instanceof Inet4Address ? address.getHostAddress() : ipv6(address.getAddress());
  }

  private static String ipv6(byte[] bytes) {
    int from = 0;
    int length = 1;
    for (int at = 0; at < GROUPS; at++) {
      int zeros = zeros(bytes, at);
      if (zeros > length) {
        from = at;
        length = zeros;
      }
    }
    boolean shortened = length > 1;
    var text = new StringBuilder(LONGEST);
    for (int at = 0; at < GROUPS; at++) {
      if (shortened && at == from) {
        text.append("::");
        at += length - 1;
      } else {
        if (at > 0 && !(shortened && at == from + length)) {
          text.append(':');
        }
        text.append(Integer.toHexString(group(bytes, at)));
      }
    }
    return text.toString();
  }

  /** How many groups are zero from {@code from} on. */
  private static int zeros(byte[] bytes, int from) {
    int at = from;
    while (at < GROUPS && group(bytes, at) == 0) {
      at++;
    }
    return at - from;
  }

  private static int group(byte[] bytes, int at) {
    return (bytes[2 * at] & 0xff) << 8 | (bytes[2 * at + 1] & 0xff);
  }
}
