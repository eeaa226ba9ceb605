package io.phalanx.node.http2;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames as a peer may send them, also such as it may not. */
final class Raw {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** What a client begins with. */
  static Raw client() {
    Raw raw = new Raw();
    raw.bytes.writeBytes(FrameReader.PREFACE);
    return raw.frame(Frames.SETTINGS, 0, 0);
  }

  Raw frame(int type, int flags, int stream, byte... payload) {
    bytes.writeBytes(
        ByteBuffer.allocate(Frames.HEADER)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(stream)
            .array());
    bytes.writeBytes(payload);
    return this;
  }

  Raw number(int type, int stream, int value) {
    return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(value).array());
  }

  Raw setting(int number, int value) {
    return frame(
        Frames.SETTINGS,
        0,
        0,
        ByteBuffer.allocate(6).putShort((short) number).putInt(value).array());
  }

  /** A head of fields "name: value", written without any table. */
  Raw head(int flags, int stream, String... fields) {
    return frame(Frames.HEADERS, flags | Frames.END_HEADERS, stream, block(fields));
  }

  /** GET / without a body. */
  Raw get(int stream) {
    return head(Frames.END_STREAM, stream, get());
  }

  static String[] get() {
    return new String[] {":method: GET", ":scheme: http", ":path: /", ":authority: a.test"};
  }

  static String[] post(String... more) {
    String[] fields = new String[4 + more.length];
    System.arraycopy(get(), 0, fields, 0, 4);
    fields[0] = ":method: POST";
    System.arraycopy(more, 0, fields, 4, more.length);
    return fields;
  }

  static byte[] block(String... fields) {
    var block = new ByteArrayOutputStream();
    for (String field : fields) {
      int colon = field.indexOf(": ", 1);
      block.write(0);
      string(block, field.substring(0, colon));
      string(block, field.substring(colon + 2));
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int rest = bytes.length - 127;
    if (rest < 0) {
      block.write(bytes.length);
    } else {
      block.write(127);
      for (; rest >= 128; rest >>>= 7) {
        block.write((rest & 127) | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  Raw data(int flags, int stream, int length) {
    return frame(Frames.DATA, flags, stream, new byte[length]);
  }

  Raw raw(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }

  byte[] bytes() {
    byte[] all = bytes.toByteArray();
    bytes.reset();
    return all;
  }
}
