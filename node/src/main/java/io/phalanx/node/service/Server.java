package io.phalanx.node.service;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * One server of a service.
 *
 * @param url scheme, host, perhaps port; a path counts only with {@code preservePath}
 * @param weight its share among the others; at 0 or below it gets nothing
 * @param text the URL as it was written, for logs and metrics
 */
public record Server(URI url, int weight, boolean preservePath, String text) {
  /**
   * @throws IllegalArgumentException if the URL is none that requests can be sent to
   */
  public Server {
    String authority = url.getRawAuthority();
    if (authority != null && authority.indexOf('@') >= 0) {
      throw refused(text, "user information in it is not supported");
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    switch (scheme) {
      case "http", "https", "h2c" -> {}
      default -> throw refused(text, "it does not start with http:// or https://");
    }
    // Not URI.getHost, which knows no names with an underscore.
    int colon = authority == null ? -1 : authority.indexOf(':', authority.lastIndexOf(']') + 1);
    if (authority == null || authority.isEmpty() || colon == 0) {
      throw refused(text, "it names no host");
    }
    if (colon >= 0 && !isPort(authority.substring(colon + 1))) {
      throw refused(text, "a port is from 1 to 65535");
    }
  }

  /**
   * @throws IllegalArgumentException if the URL is none that requests can be sent to
   */
  public static Server of(String text, int weight, boolean preservePath) {
    try {
      return new Server(new URI(text.strip()), weight, preservePath, text);
    } catch (URISyntaxException e) {
      throw refused(text, "it cannot be read: " + e.getReason());
    }
  }

  private static boolean isPort(String digits) {
    return digits.isEmpty()
        || (digits.matches("[0-9]{1,5}")
            && Integer.parseInt(digits) > 0
            && Integer.parseInt(digits) <= 0xffff);
  }

  /** Repeats the URL, but not what may be a password in it. */
  private static IllegalArgumentException refused(String text, String reason) {
    String shown = text.replaceFirst("//.*@", "//...@");
    return new IllegalArgumentException("server url \"" + shown + "\": " + reason);
  }
}
