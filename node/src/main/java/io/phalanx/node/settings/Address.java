package io.phalanx.node.settings;

/**
 * Where an entry point listens: {@code [host]:port}, perhaps with {@code /tcp}.
 *
 * @param host empty for all addresses of the machine; an IPv6 address without brackets
 * @param port 0 for any free one
 */
public record Address(String host, int port) {
  public Address {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is from 0 to 65535, not " + port);
    }
  }

  /**
   * @throws IllegalArgumentException with a message for the user
   */
  public static Address parse(String text) {
    String address = text.strip();
    if (address.endsWith("/udp")) {
      throw new IllegalArgumentException("\"" + text + "\": UDP is not served yet");
    }
    if (address.endsWith("/tcp")) {
      address = address.substring(0, address.length() - "/tcp".length());
    }
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? "" : address.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String port = address.substring(colon + 1);
    if (colon < 0 || !port.matches("\\d{1,5}") || (host.contains(":") && !bracketed)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an address such as :80, 127.0.0.1:8080 or [::1]:8080");
    }
    return new Address(
        bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
  }

  /** Whether only one of the two can be listened on. */
  public boolean overlaps(Address other) {
    return port != 0
        && port == other.port()
        && (host.equals(other.host()) || isWildcard(host) || isWildcard(other.host()));
  }

  private static boolean isWildcard(String host) {
    return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
  }

  /** As it is written in a configuration. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ':' + port;
  }
}
