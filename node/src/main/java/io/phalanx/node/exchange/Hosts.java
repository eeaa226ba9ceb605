package io.phalanx.node.exchange;

import java.util.Locale;

/** The forms of an authority. */
public final class Hosts {
  private Hosts() {}

  /** {@code host} in lower case, without port, brackets of an IPv6 address and final dot. */
  public static String canonical(String host) {
    int end = host.length();
    if (host.startsWith("[")) {
      int bracket = host.indexOf(']');
      return lowerCase(host.substring(1, bracket < 0 ? end : bracket));
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
