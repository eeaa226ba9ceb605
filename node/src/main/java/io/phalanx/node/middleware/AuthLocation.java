package io.phalanx.node.middleware;

import java.net.URI;

/** Completes where an auth server sends a client by its own address (RFC 3986, section 5.2). */
final class AuthLocation {
  private AuthLocation() {}

  static String completed(URI address, String location) {
    if (location.isEmpty() || location.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")) {
      return location;
    }
    String authority = address.getScheme() + "://" + address.getRawAuthority();
    String path = address.getRawPath() == null ? "" : address.getRawPath();
    if (location.startsWith("//")) {
      return address.getScheme() + ':' + location;
    }
    if (location.startsWith("/")) {
      return authority + location;
    }
    String whole = authority + (path.isEmpty() ? "/" : path);
    if (location.startsWith("?")) {
      return whole + location;
    }
    if (location.startsWith("#")) {
      String query = address.getRawQuery() == null ? "" : '?' + address.getRawQuery();
      return whole + query + location;
    }
    return whole.substring(0, whole.lastIndexOf('/') + 1) + location;
  }
}
