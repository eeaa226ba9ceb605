package io.phalanx.node.service;

import java.net.URI;
import java.net.URISyntaxException;

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
  public static Server of(String text, int weight, boolean preservePath) {
    URI url;
    try {
      url = new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "server url \"" + text + "\" cannot be read: " + e.getReason(), e);
    }
    String scheme = String.valueOf(url.getScheme());
    switch (scheme) {
      case "http" -> {}
      case "https", "h2c" ->
          throw new IllegalArgumentException(
              "server url \"" + text + "\": " + scheme + " servers are not served yet");
      default ->
          throw new IllegalArgumentException(
              "server url \"" + text + "\" does not start with http:// or https://");
    }
    if (url.getHost() == null || url.getHost().isEmpty()) {
      throw new IllegalArgumentException("server url \"" + text + "\" names no host");
    }
    if (url.getPort() > 65_535 || url.getPort() == 0) {
      throw new IllegalArgumentException("server url \"" + text + "\": a port is from 1 to 65535");
    }
    return new Server(url, weight, preservePath, text);
  }
}
