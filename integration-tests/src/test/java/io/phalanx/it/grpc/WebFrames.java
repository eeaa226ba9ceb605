package io.phalanx.it.grpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An answer of gRPC-Web, taken apart by its own rules.
 *
 * @param messages in their order
 * @param trailers the lines of the last frame; empty if there is none
 */
record WebFrames(List<byte[]> messages, String trailers) {
  private static final int PREFIX = 5;
  private static final int GROUP = 4;

  /** In base64 each group may be padded. */
  static byte[] decoded(byte[] text) {
    var bytes = new ByteArrayOutputStream();
    for (int at = 0; at < text.length; at += GROUP) {
      bytes.writeBytes(Base64.getDecoder().decode(new String(text, at, GROUP, ISO_8859_1)));
    }
    return bytes.toByteArray();
  }

  static WebFrames of(byte[] body) {
    var messages = new ArrayList<byte[]>();
    var trailers = new StringBuilder();
    ByteBuffer left = ByteBuffer.wrap(body);
    while (left.hasRemaining()) {
      if (!trailers.isEmpty()) {
        throw new AssertionError("something follows the trailers");
      }
      byte flags = left.get();
      byte[] content = new byte[left.getInt()];
      left.get(content);
      switch (flags & 0xff) {
        case 0 -> messages.add(content);
        case 0x80 -> trailers.append(new String(content, ISO_8859_1));
        default -> throw new AssertionError("a frame with the flags " + flags);
      }
    }
    return new WebFrames(messages, trailers.toString());
  }

  /** One message, not compressed. */
  static byte[] message(byte[] content) {
    return ByteBuffer.allocate(PREFIX + content.length)
        .put((byte) 0)
        .putInt(content.length)
        .put(content)
        .array();
  }
}
