package io.phalanx.node.exchange;

import java.util.List;

/**
 * A whole answer that the proxy makes itself. {@code Content-Length} is added where it is sent; for
 * HEAD the body is left out there.
 *
 * @param status 200 to 599
 * @param body sent in UTF-8; without a content type unless one is among {@code headers}
 */
public record Answer(int status, List<Field> headers, String body) {
  /** One header line. */
  public record Field(HeaderName name, String value) {}

  public Answer {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("not a final status: " + status);
    }
    headers = List.copyOf(headers);
  }

  private static final Field PLAIN_TEXT =
      new Field(HeaderName.of("Content-Type"), "text/plain; charset=utf-8");
  private static final Field NOSNIFF =
      new Field(HeaderName.of("X-Content-Type-Options"), "nosniff");

  /** Puts the header lines in place of those that have their names. */
  public void putInto(Headers head) {
    headers.forEach(field -> head.remove(field.name()));
    headers.forEach(field -> head.add(field.name(), field.value()));
  }

  public static Answer empty(int status, Field... headers) {
    return new Answer(status, List.of(headers), "");
  }

  public static Answer text(int status, String text, Field... headers) {
    return new Answer(status, List.of(headers), text);
  }

  /** A text with its content type. */
  public static Answer plainText(int status, String text) {
    return text(status, text, PLAIN_TEXT);
  }

  /** A line of text as Go's {@code http.Error} sends it, which most of Traefik's answers are. */
  public static Answer error(int status, String line) {
    return text(status, line + '\n', PLAIN_TEXT, NOSNIFF);
  }
}
