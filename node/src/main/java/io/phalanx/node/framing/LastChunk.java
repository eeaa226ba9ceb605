package io.phalanx.node.framing;

import io.phalanx.node.exchange.Answer.Field;
import io.phalanx.node.exchange.Trailers;
import java.nio.charset.StandardCharsets;

/** The end of a chunked body, with its trailers (RFC 9112, section 7.1). */
public final class LastChunk {
  /** Most bytes of one. */
  public static final int MAX_BYTES = Trailers.MAX_BYTES + 4 * Trailers.MAX_FIELDS + 5;

  private static final byte[] PLAIN = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private LastChunk() {}

  /** The bytes to send; not to be changed. */
  public static byte[] with(Trailers trailers) {
    if (trailers.isEmpty()) {
      return PLAIN;
    }
    var text = new StringBuilder("0\r\n");
    for (Field field : trailers.fields()) {
      text.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
