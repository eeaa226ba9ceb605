package io.phalanx.node.forwarding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.node.hpack.FieldNames;
import io.phalanx.node.hpack.HpackDecoder;
import io.phalanx.node.hpack.HpackException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The server's end of an HTTP/2 connection, frame by frame. Heads are written without any table.
 */
final class Http2Script {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;
  static final int ACK = 0x1;

  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;

  private static final int PREFACE_LENGTH = 24;

  /** One frame that came; {@code text} is a head's fields, or the payload. */
  record Frame(int type, int flags, int stream, ByteBuffer payload, String text) {
    boolean ends() {
      return (flags & END_STREAM) != 0;
    }

    int number() {
      return payload.getInt(0);
    }
  }

  /** What a server says on one connection. */
  @FunctionalInterface
  interface Part {
    void play(Http2Script server) throws IOException, InterruptedException;
  }

  /** A connection that begins with these settings: numbers and values by turns. */
  static ScriptedServer.Script http2(Part part, int... settings) {
    return connection -> part.play(new Http2Script(connection, settings));
  }

  private final ScriptedServer.Connection connection;
  private final DataInputStream in;
  private final HpackDecoder decoder = new HpackDecoder(new FieldNames(), 4096);
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private boolean holds;

  /** Reads the preface and says these settings. */
  Http2Script(ScriptedServer.Connection connection, int... settings) throws IOException {
    this.connection = connection;
    this.in = new DataInputStream(connection.socket().getInputStream());
    String preface = new String(in.readNBytes(PREFACE_LENGTH), ISO_8859_1);
    if (!preface.equals("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
      throw new IOException("no preface: " + preface);
    }
    ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
    for (int i = 0; i < settings.length; i += 2) {
      payload.putShort((short) settings[i]).putInt(settings[i + 1]);
    }
    send(SETTINGS, 0, 0, payload.array());
  }

  /** The next frame but settings, which are acknowledged. */
  Frame next() throws IOException {
    while (true) {
      int first = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(first >>> 8);
      if (payload.length < first >>> 8) {
        throw new EOFException("within a frame");
      }
      int type = first & 0xff;
      if (type != SETTINGS) {
        String text = type == HEADERS ? fields(payload) : new String(payload, ISO_8859_1);
        return new Frame(type, flags, stream, ByteBuffer.wrap(payload), text);
      }
      if ((flags & ACK) == 0) {
        send(SETTINGS, ACK, 0);
      }
    }
  }

  /** The next frame of this type; others are dropped. */
  Frame next(int type) throws IOException {
    Frame frame = next();
    while (frame.type() != type) {
      frame = next();
    }
    return frame;
  }

  /** The next head, kept in {@link ScriptedServer#heads}. */
  Frame head() throws IOException {
    Frame head = next(HEADERS);
    connection.keep(head.text());
    return head;
  }

  private String fields(byte[] block) throws IOException {
    var fields = new ArrayList<String>();
    try {
      decoder.decode(
          block, 0, block.length, (name, value, _) -> fields.add(name.text() + ": " + value));
    } catch (HpackException e) {
      throw new IOException(e);
    }
    return String.join("\n", fields);
  }

  /** Has all that {@code part} sends come at once. */
  void together(Part part) throws IOException, InterruptedException {
    holds = true;
    part.play(this);
    holds = false;
    connection.send(held.toByteArray());
    held.reset();
  }

  void send(int type, int flags, int stream, byte... payload) throws IOException {
    byte[] frame =
        ByteBuffer.allocate(9 + payload.length)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(stream)
            .put(payload)
            .array();
    if (holds) {
      held.writeBytes(frame);
    } else {
      connection.send(frame);
    }
  }

  void number(int type, int stream, int... values) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(4 * values.length);
    for (int value : values) {
      payload.putInt(value);
    }
    send(type, 0, stream, payload.array());
  }

  /** Fields "name: value". */
  void head(int stream, boolean end, String... fields) throws IOException {
    var block = new ByteArrayOutputStream();
    for (String field : List.of(fields)) {
      int colon = field.indexOf(": ", 1);
      block.write(0);
      string(block, field.substring(0, colon));
      string(block, field.substring(colon + 2));
    }
    send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block.toByteArray());
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    block.write(bytes.length);
    block.writeBytes(bytes);
  }

  void data(int stream, boolean end, String text) throws IOException {
    send(DATA, end ? END_STREAM : 0, stream, text.getBytes(ISO_8859_1));
  }

  /** A whole answer. */
  void answer(int stream, String text) throws IOException {
    head(stream, false, ":status: 200");
    data(stream, true, text);
  }

  /** Answers everything with "ok" until the other side closes. */
  void answerAll() throws IOException {
    try {
      while (true) {
        answer(head().stream(), "ok");
      }
    } catch (EOFException _) {
      connection.readToEnd();
    }
  }
}
