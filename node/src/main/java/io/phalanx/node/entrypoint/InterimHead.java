package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Headers;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.xnio.conduits.StreamSinkConduit;

/** An interim answer (RFC 9110, section 15.2). */
final class InterimHead {
  private InterimHead() {}

  /**
   * Writes the answer if the client takes it without waiting.
   *
   * @return false if the connection cannot be used any more
   */
  static boolean send(HttpServerConnection connection, int status, Headers headers) {
    var head = new StringBuilder("HTTP/1.1 ").append(status).append(' ');
    head.append(reason(status)).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    ByteBuffer bytes =
        ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    int length = bytes.remaining();
    StreamSinkConduit out = connection.getOriginalSinkConduit();
    try {
      out.write(bytes);
      return (bytes.remaining() == length || !bytes.hasRemaining()) && out.flush();
    } catch (IOException _) {
      return false;
    }
  }

  /** What little of it has a name; the reason may be empty (RFC 9112, section 4). */
  private static String reason(int status) {
    return switch (status) {
      case 100 -> "Continue";
      case 102 -> "Processing";
      case 103 -> "Early Hints";
      default -> "";
    };
  }
}
