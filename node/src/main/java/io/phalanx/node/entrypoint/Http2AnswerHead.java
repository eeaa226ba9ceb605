package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.http2.HeadWriter;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.StreamResetException;

/** The head of an answer over HTTP/2. What middlewares and servers wrote about framing is gone. */
final class Http2AnswerHead {
  private static final HeaderName CONTENT_LENGTH = HeaderName.of("Content-Length");
  private static final HeaderName DATE = HeaderName.of("Date");
  private static final HeaderName TRAILER = HeaderName.of("Trailer");

  private Http2AnswerHead() {}

  /**
   * Sends a head.
   *
   * @param headers those of {@code head}
   * @param length of the body, -1 if it is not known
   * @param toHead whether the request was HEAD
   */
  static void send(
      Http2Stream stream, ResponseHead head, HeaderLines headers, long length, boolean toHead)
      throws StreamResetException {
    boolean bodiless = head.status() == 204 || head.status() == 304;
    headers.remove(CONTENT_LENGTH);
    if (toHead || bodiless) {
      headers.remove(TRAILER);
    }
    headers.sort();
    HeadWriter writer = stream.newHead().status(head.status());
    headers.forEach(writer);
    if (!headers.contains(DATE)) {
      writer.field("date", AnswerHead.ofThread().date(System.currentTimeMillis() / 1000));
    }
    if (length >= 0 && !bodiless) {
      writer.field("content-length", Long.toString(length));
    }
    stream.sendHead(writer, false);
  }
}
