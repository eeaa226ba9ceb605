package io.phalanx.node.entrypoint;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import org.jspecify.annotations.Nullable;

/** How the end of a request's body is known (RFC 9112, section 6). */
final class RequestFraming {
  private RequestFraming() {}

  /**
   * Two readings of where a request ends are two requests for somebody (RFC 9112, section 6.3):
   * such a request is refused. Lengths that say the same in the same words count once, and one of
   * them goes on (RFC 9110, section 8.6).
   */
  static void check(HttpServerExchange exchange) throws RefusedException {
    HeaderMap headers = exchange.getRequestHeaders();
    @Nullable HeaderValues codings = headers.get(Headers.TRANSFER_ENCODING);
    @Nullable HeaderValues lengths = headers.get(Headers.CONTENT_LENGTH);
    if (codings != null) {
      if (!exchange.isHttp11()) {
        throw RefusedException.malformed("Transfer-Encoding before HTTP/1.1");
      }
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        throw RefusedException.unknownCoding();
      }
      if (lengths != null) {
        throw RefusedException.malformed("both Transfer-Encoding and Content-Length");
      }
    }
    if (lengths != null) {
      String length = one(lengths);
      if (lengths.size() > 1) {
        headers.put(Headers.CONTENT_LENGTH, length);
      }
    }
  }

  private static String one(HeaderValues lengths) throws RefusedException {
    String first = lengths.getFirst();
    if (!isLength(first)) {
      throw RefusedException.malformed("a Content-Length that is no number");
    }
    for (String other : lengths) {
      if (!other.equals(first)) {
        throw RefusedException.malformed("Content-Length lines that differ");
      }
    }
    return first;
  }

  private static boolean isLength(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 18;
  }
}
