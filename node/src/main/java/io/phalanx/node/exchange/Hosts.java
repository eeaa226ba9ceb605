package io.phalanx.node.exchange;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;

/** The forms of an authority. */
public final class Hosts {
  private Hosts() {}

  /**
   * {@code host} in lower case, without port, brackets of an IPv6 address and final dot; such an
   * address as {@link AddressText} writes it.
   */
  public static String canonical(String host) {
    int end = host.length();
    if (host.startsWith("[")) {
      int bracket = host.indexOf(']');
      return ipv6(host.substring(1, bracket < 0 ? end : bracket));
    }
    int colon = host.lastIndexOf(':');
    if (colon >= 0 && host.indexOf(':') == colon) {
      end = colon;
    }
    if (end > 0 && host.charAt(end - 1) == '.') {
      end--;
    }
    return lowerCase(end == host.length() ? host : host.substring(0, end));
  }

  /** As a router's rule names it: a port is not taken off. */
  public static String canonicalName(String host) {
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    String bare = brackets ? host.substring(1, host.length() - 1) : host;
    if (bare.indexOf(':') >= 0) {
      return ipv6(bare);
    }
    return lowerCase(bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare);
  }

  /** What is none after all is only written in lower case. */
  private static String ipv6(String text) {
    if (text.indexOf(':') >= 0 && text.indexOf('%') < 0) {
      try {
        InetAddress address = Inet6Address.ofLiteral(text);
        if (address instanceof Inet6Address) {
          return AddressText.of(address);
        }
      } catch (IllegalArgumentException _) {
        // It matches what is written the same way.
      }
    }
    return lowerCase(text);
  }

  private static String lowerCase(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if ((c >= 'A' && c <= 'Z') || c > 0x7f) {
        return host.toLowerCase(Locale.ROOT);
      }
    }
    return host;
  }
}
