package io.phalanx.node.entrypoint;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that sends the frames of HTTP/2 that the test wants it to, and reads what comes. */
public final class H2 implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;
  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;

  /** A frame that came. */
  public static final class Frame {
    public final int type;
    public final int flags;
    public final int stream;
    public final byte[] payload;

    Frame(int type, int flags, int stream, byte[] payload) {
      this.type = type;
      this.flags = flags;
      this.stream = stream;
      this.payload = payload;
    }

    public boolean isEnd() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    /** The code of RST_STREAM or GOAWAY. */
    int code() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }

    /** What can be read of a payload, be it a header block without Huffman code. */
    public String text() {
      return new String(payload, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
      return "type %d, flags %d, stream %d: %s".formatted(type, flags, stream, text());
    }
  }

  final Socket socket;
  private final DataInputStream in;

  public H2(InetSocketAddress address) throws IOException {
    socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  /** Connects, with settings of 6 bytes each. */
  static H2 to(Rig rig, byte... settings) throws IOException {
    var client = new H2(rig.entryPoint.address());
    client.begin(settings);
    return client;
  }

  /** Sends the preface, and settings of 6 bytes each. */
  public void begin(byte... settings) throws IOException {
    send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    send(frame(SETTINGS, 0, 0, settings));
    send(frame(SETTINGS, ACK, 0));
  }

  static byte[] setting(int number, int value) {
    return ByteBuffer.allocate(6).putShort((short) number).putInt(value).array();
  }

  public static byte[] frame(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt((payload.length << 8) | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  static byte[] number(int type, int stream, int value) {
    return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(value).array());
  }

  /** A header block of names and values in turn, without any table. */
  public static byte[] block(String... fields) {
    var block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      block.write(0);
      string(block, fields[i]);
      string(block, fields[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int rest = bytes.length - 127;
    block.write(Math.min(127, bytes.length));
    if (rest >= 0) {
      for (; rest >= 128; rest >>>= 7) {
        block.write((rest & 127) | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  public static byte[] request(int stream, int flags, String method, String path, String... more) {
    String[] fields = new String[8 + more.length];
    String[] pseudo = {":method", method, ":scheme", "http", ":path", path, ":authority", "a.test"};
    System.arraycopy(pseudo, 0, fields, 0, 8);
    System.arraycopy(more, 0, fields, 8, more.length);
    return frame(HEADERS, flags | END_HEADERS, stream, block(fields));
  }

  public static byte[] get(int stream, String path) {
    return request(stream, END_STREAM, "GET", path);
  }

  public void send(byte[]... frames) throws IOException {
    var all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    socket.getOutputStream().write(all.toByteArray());
  }

  /** The next frame that is no SETTINGS, PING or WINDOW_UPDATE. */
  public Frame next() throws IOException {
    while (true) {
      Frame frame = any();
      if (frame.type != SETTINGS && frame.type != WINDOW_UPDATE && frame.type != PING) {
        return frame;
      }
    }
  }

  Frame any() throws IOException {
    int lengthAndType = in.readInt();
    int flags = in.readByte();
    int stream = in.readInt();
    byte[] payload = new byte[lengthAndType >>> 8];
    in.readFully(payload);
    return new Frame(lengthAndType & 0xff, flags, stream, payload);
  }

  /** The status of the stream's answer, in a head that our own encoder wrote. */
  public int status(int stream) throws IOException {
    while (true) {
      Frame frame = next();
      if (frame.stream == stream && frame.type == HEADERS) {
        return switch (frame.payload[0] & 0xff) {
          case 0x88 -> 200;
          case 0x8c -> 400;
          default -> Integer.parseInt(new String(frame.payload, 2, 3, StandardCharsets.US_ASCII));
        };
      }
    }
  }

  /** The body of the stream's answer, to its end. */
  public String body(int stream) throws IOException {
    var body = new StringBuilder();
    while (true) {
      Frame frame = next();
      if (frame.stream != stream) {
        continue;
      }
      if (frame.type == RST_STREAM) {
        throw new IOException("reset: " + frame.code());
      }
      if (frame.type == DATA) {
        body.append(frame.text());
      }
      if (frame.isEnd()) {
        return body.toString();
      }
    }
  }

  /** The GOAWAY that ends the connection. */
  Frame goAway() throws IOException {
    while (true) {
      Frame frame = any();
      if (frame.type == GOAWAY) {
        return frame;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
