package io.phalanx.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Frames of HTTP/2 (RFC 9113), one behind the other, as a client sends them. */
final class Frames {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int INITIAL_WINDOW_SIZE = 4;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** What a connection begins with, with one setting. */
  static Frames preface(int number, int value) {
    var frames = new Frames();
    frames.bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
    byte[] setting = ByteBuffer.allocate(6).putShort((short) number).putInt(value).array();
    return frames.frame(SETTINGS, 0, 0, setting).frame(SETTINGS, ACK, 0);
  }

  static Frames preface() {
    return preface(INITIAL_WINDOW_SIZE, 65_535);
  }

  Frames frame(int type, int flags, int stream, byte... payload) {
    bytes.writeBytes(
        ByteBuffer.allocate(9)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(stream)
            .array());
    bytes.writeBytes(payload);
    return this;
  }

  Frames number(int type, int stream, int value) {
    return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(value).array());
  }

  /** A head without a body. */
  Frames get(int stream, String path) {
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, request("GET", path));
  }

  /** A head whose body is to come. */
  Frames post(int stream) {
    return frame(HEADERS, END_HEADERS, stream, request("POST", "/"));
  }

  static byte[] request(String method, String path) {
    return block(
        List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "a.test"));
  }

  /** A header block of names and values by turns, without any table. */
  static byte[] block(List<String> fields) {
    var block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.size(); i += 2) {
      block.write(0);
      string(block, fields.get(i));
      string(block, fields.get(i + 1));
    }
    return block.toByteArray();
  }

  /** A string literal of HPACK (RFC 7541, section 5.2). */
  static void string(ByteArrayOutputStream block, String text) {
    int rest = text.length() - 127;
    block.write(Math.min(127, text.length()));
    if (rest >= 0) {
      for (; rest >= 128; rest >>>= 7) {
        block.write((rest & 127) | 128);
      }
      block.write(rest);
    }
    block.writeBytes(text.getBytes(ISO_8859_1));
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
