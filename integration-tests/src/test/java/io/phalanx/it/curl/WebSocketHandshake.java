package io.phalanx.it.curl;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What RFC 6455 asks of a server, and what this one says then: a text and a close. */
final class WebSocketHandshake {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** A text frame with {@code hello}, and a close frame with status 1000. */
  static final byte[] GREETING = {
    (byte) 0x81, 5, 'h', 'e', 'l', 'l', 'o', (byte) 0x88, 2, 0x03, (byte) 0xe8
  };

  private WebSocketHandshake() {}

  /**
   * @param line the client's field, name included
   */
  static String accept(String line) {
    String key = line.substring(line.indexOf(':') + 1).strip();
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
