package io.phalanx.node.forwarding;

import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A server's URL, taken apart.
 *
 * @param text the URL as it was configured
 * @param host name or address, without brackets
 * @param literal the address, if {@code host} is one
 * @param authority as it stands in {@code Host} when the client's is not passed
 * @param pathPrefix percent-encoded path without slash at its end; empty if there is none
 */
record ServerAddress(
    String text,
    Scheme scheme,
    String host,
    int port,
    Optional<InetAddress> literal,
    String authority,
    String pathPrefix) {

  /** How a server is spoken to. */
  enum Scheme {
    HTTP(80),
    HTTPS(443),
    /** HTTP/2 without TLS, by prior knowledge (RFC 9113, section 3.3). */
    H2C(80);

    private final int port;

    Scheme(int port) {
      this.port = port;
    }

    private static Optional<Scheme> of(URI url) {
      String name = url.getScheme() == null ? "" : url.getScheme().toUpperCase(Locale.ROOT);
      return Arrays.stream(values()).filter(scheme -> scheme.name().equals(name)).findFirst();
    }
  }

  /** Why this engine cannot send requests to {@code url}; empty if it can. */
  static Optional<String> unsupported(URI url) {
    Optional<Scheme> scheme = Scheme.of(url);
    if (scheme.isEmpty()) {
      return Optional.of("servers with the scheme \"" + url.getScheme() + "\" are not supported");
    }
    String authority = url.getRawAuthority();
    if (authority == null || authority.isEmpty()) {
      return Optional.of("the server's URL has no host");
    }
    if (authority.indexOf('@') >= 0) {
      return Optional.of("user information in a server's URL is not supported");
    }
    try {
      int port = portOf(authority, scheme.get().port);
      return port > 0 && port <= 0xffff ? Optional.empty() : Optional.of("not a port: " + port);
    } catch (NumberFormatException _) {
      return Optional.of("the port in the server's URL is not a number");
    }
  }

  /**
   * @throws IllegalArgumentException if {@code url} is {@link #unsupported}
   */
  static ServerAddress of(URI url) {
    unsupported(url)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    Scheme scheme = Scheme.of(url).orElseThrow();
    String authority = url.getRawAuthority();
    String host = hostOf(authority);
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return new ServerAddress(
        url.toString(),
        scheme,
        host,
        portOf(authority, scheme.port),
        HostNames.address(host),
        authority,
        path);
  }

  /** Not {@link URI#getHost}, which knows no names with an underscore. */
  private static String hostOf(String authority) {
    if (authority.startsWith("[")) {
      return authority.substring(1, authority.indexOf(']'));
    }
    int colon = authority.indexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  private static int portOf(String authority, int otherwise) {
    int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    return colon < 0 || colon == authority.length() - 1
        ? otherwise
        : Integer.parseInt(authority.substring(colon + 1));
  }
}
