package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.hpack.FieldName;
import io.phalanx.node.http2.Fields;

/** What of an HTTP/2 answer is meant for the client. */
final class Http2AnswerHead {
  private Http2AnswerHead() {}

  /** Whether the answer has no body, whatever it says (RFC 9110, section 6.4.1). */
  static boolean isBodiless(Fields head, boolean toHead) {
    return toHead || head.status() == 204 || head.status() == 304;
  }

  /**
   * The length of the body, -1 if it is not known.
   *
   * @param ended whether nothing comes behind the head
   */
  static long bodyLength(Fields head, boolean toHead, boolean ended) {
    int status = head.status();
    if (status == 204 || status == 304) {
      return 0;
    }
    if (head.contentLength() >= 0 || toHead) {
      return head.contentLength();
    }
    return ended ? 0 : -1;
  }

  /**
   * Adds the lines that are meant for the client. Framing is for whoever sends the answer on.
   *
   * @param withTrailers whether trailers can come
   */
  static void addTo(Fields head, Headers headers, boolean withTrailers) {
    for (int i = 0; i < head.size(); i++) {
      FieldName name = head.name(i);
      switch (name.text()) {
        case "content-length", "proxy-authenticate", "proxy-authorization", "te" -> {}
        case "trailer" -> {
          String announced = Trailers.announcement(head.value(i));
          if (withTrailers && !announced.isEmpty()) {
            headers.add(name.header(), announced);
          }
        }
        default -> headers.add(name.header(), head.value(i));
      }
    }
  }

  /**
   * @throws IllegalArgumentException if there are more than may be
   */
  static Trailers trailers(Fields fields) {
    var trailers = new Trailers.Builder();
    for (int i = 0; i < fields.size(); i++) {
      if (!trailers.add(fields.name(i).text(), fields.value(i))) {
        throw new IllegalArgumentException("there are too many");
      }
    }
    return trailers.build();
  }
}
