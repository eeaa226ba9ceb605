package io.phalanx.node.entrypoint;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import org.xnio.channels.StreamSinkChannel;

/**
 * Says how an answer's end is to be known (RFC 9112, section 6), and whether the connection stays.
 * What middlewares and servers wrote about that does not count.
 */
final class ResponseFraming {
  private ResponseFraming() {}

  /** Opens the body of the answer; its head is not out yet. */
  static StreamSinkChannel open(HttpServerExchange exchange, long length) {
    HeaderMap headers = exchange.getResponseHeaders();
    headers.remove(Headers.TRANSFER_ENCODING);
    headers.remove(Headers.CONNECTION);
    if (length >= 0 || !exchange.isHttp11() || exchange.getRequestMethod().equals(Methods.HEAD)) {
      headers.remove(Headers.TRAILER);
    }
    boolean head = exchange.getRequestMethod().equals(Methods.HEAD);
    if (length >= 0) {
      exchange.setResponseContentLength(length);
    } else {
      headers.remove(Headers.CONTENT_LENGTH);
      if (exchange.isHttp11() && !head) {
        // Said outright, or Undertow lets the body of a last answer end with the connection, and a
        // client could take a part for the whole.
        headers.put(Headers.TRANSFER_ENCODING, "chunked");
      }
    }
    StreamSinkChannel body = exchange.getResponseChannel();
    if (head && length < 0) {
      headers.remove(Headers.TRANSFER_ENCODING);
    }
    announcePersistence(exchange, headers);
    return body;
  }

  /** Says what is not the rule of the client's protocol; only now is it certain. */
  private static void announcePersistence(HttpServerExchange exchange, HeaderMap headers) {
    if (exchange.isHttp11()) {
      if (!exchange.isPersistent()) {
        headers.put(Headers.CONNECTION, "close");
      }
    } else if (exchange.isPersistent()) {
      headers.put(Headers.CONNECTION, "keep-alive");
    } else {
      headers.remove(Headers.CONNECTION);
    }
  }
}
