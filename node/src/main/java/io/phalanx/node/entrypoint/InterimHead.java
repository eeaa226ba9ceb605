package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Headers;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.xnio.IoUtils;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.StreamSinkConduit;

/** An interim answer (RFC 9110, section 15.2). */
final class InterimHead {
  private InterimHead() {}

  /** What became of one. */
  enum Outcome {
    /** It goes out, by itself if the client takes it slowly. */
    SENT,
    /** The client has not taken yet what it was sent before. */
    NO_ROOM,
    /** The connection cannot be used any more. */
    LOST
  }

  /** Writes the answer if the client takes it without waiting, or TLS does in its place. */
  static Outcome send(HttpServerConnection connection, int status, Headers headers) {
    var head = new StringBuilder("HTTP/1.1 ").append(status).append(' ');
    head.append(reason(status)).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    ByteBuffer bytes =
        ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    int length = bytes.remaining();
    StreamSinkConduit out = connection.getOriginalSinkConduit();
    try {
      out.write(bytes);
      if (bytes.hasRemaining()) {
        return bytes.remaining() == length ? Outcome.NO_ROOM : Outcome.LOST;
      }
      if (!out.flush()) {
        sendTheRest(connection, out);
      }
      return Outcome.SENT;
    } catch (IOException _) {
      return Outcome.LOST;
    }
  }

  /** TLS holds a part of it; whoever writes next sends that first, but may come late. */
  private static void sendTheRest(HttpServerConnection connection, StreamSinkConduit out) {
    ConduitStreamSinkChannel channel = connection.getChannel().getSinkChannel();
    channel.setWriteListener(
        _ -> {
          try {
            if (out.flush()) {
              out.suspendWrites();
            }
          } catch (IOException _) {
            IoUtils.safeClose(connection.getChannel());
          }
        });
    out.resumeWrites();
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
