package io.phalanx.providers.consulcatalog;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where Consul's agent answers. What cannot be read is never quoted: it may hold a password. */
final class AgentAddress {
  private static final int STANDARD_PORT = 8500;

  private AgentAddress() {}

  /**
   * @param address {@code HOST}, {@code HOST:PORT} or either behind {@code http://} or {@code
   *     https://}
   * @param scheme for an address without one
   * @return scheme, host and port
   * @throws IllegalArgumentException with a message without the address
   */
  static URI parse(String address, String scheme) {
    URI uri = uri(address.contains("://") ? address : scheme + "://" + address);
    String given = uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "the address must not hold a user and a password; endpoint.httpAuth is for them");
    }
    if (uri.getHost() == null
        || !(given.equals("http") || given.equals("https"))
        || uri.getRawPath().length() > 1
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || uri.getPort() > 65_535) {
      throw unusable();
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : STANDARD_PORT;
    return uri(given + "://" + uri.getHost() + ':' + port);
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException _) {
      throw unusable();
    }
  }

  private static IllegalArgumentException unusable() {
    return new IllegalArgumentException("the address is neither HOST:PORT nor http(s)://HOST:PORT");
  }
}
