package io.phalanx.it.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** One connection of a client that writes and reads its frames itself. */
final class Http2Wire implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  private static final byte STATUS_200 = (byte) 0x88;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  Http2Wire(Socket socket, int window) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(30_000);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
    out.writeInt(6 << 8 | SETTINGS);
    out.writeByte(0);
    out.writeInt(0);
    out.writeShort(4);
    out.writeInt(window);
    number(WINDOW_UPDATE, 0, 1 << 24);
  }

  void frame(int type, int flags, int stream, byte... payload) throws IOException {
    out.writeInt(payload.length << 8 | type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  void number(int type, int stream, int value) throws IOException {
    frame(
        type,
        0,
        stream,
        (byte) (value >>> 24),
        (byte) (value >>> 16),
        (byte) (value >>> 8),
        (byte) value);
  }

  void ask(boolean post, int stream, String path) throws IOException {
    byte[] name = path.getBytes(ISO_8859_1);
    byte[] head = new byte[8 + name.length];
    head[0] = (byte) (post ? 0x83 : 0x82);
    head[1] = (byte) 0x86;
    head[2] = 0x04;
    head[3] = (byte) name.length;
    System.arraycopy(name, 0, head, 4, name.length);
    byte[] authority = {0x01, 0x02, 'a', 'b'};
    System.arraycopy(authority, 0, head, 4 + name.length, 4);
    frame(HEADERS, END_HEADERS | (post ? 0 : END_STREAM), stream, head);
  }

  /** A frame as it came. */
  static final class Frame {
    private final int type;
    private final int flags;
    private final int stream;
    private final byte[] payload;

    Frame(int type, int flags, int stream, byte[] payload) {
      this.type = type;
      this.flags = flags;
      this.stream = stream;
      this.payload = payload;
    }

    int type() {
      return type;
    }

    int stream() {
      return stream;
    }

    boolean endsStream() {
      return type <= HEADERS && (flags & END_STREAM) != 0;
    }

    /** The first number in it: the code of a reset, the last stream that a GOAWAY names. */
    int number() {
      return ByteBuffer.wrap(payload).getInt();
    }

    /** Whether it is the head of an answer with the status 200. */
    boolean isOk() {
      return type == HEADERS && payload.length > 0 && payload[0] == STATUS_200;
    }
  }

  /** The next frame, after what has to be done about it for the connection to go on. */
  Frame next() throws IOException {
    int lengthAndType = in.readInt();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    var frame = new Frame(lengthAndType & 0xff, flags, stream, in.readNBytes(lengthAndType >>> 8));
    if (frame.type == DATA && frame.payload.length > 0) {
      number(WINDOW_UPDATE, 0, frame.payload.length);
      if (!frame.endsStream()) {
        number(WINDOW_UPDATE, stream, frame.payload.length);
      }
    } else if ((frame.type == SETTINGS || frame.type == PING) && (flags & ACK) == 0) {
      frame(frame.type, ACK, 0, frame.type == PING ? frame.payload : new byte[0]);
    }
    if (in.available() == 0) {
      out.flush();
    }
    return frame;
  }

  /** Reads until so many streams are at their end; which of them were answered with 200. */
  Set<Integer> answers(int count) throws IOException {
    var ok = new HashSet<Integer>();
    for (int ended = 0; ended < count; ) {
      Frame frame = next();
      if (frame.type == GOAWAY) {
        throw new IOException("GOAWAY " + frame.payload[7]);
      }
      if (frame.isOk()) {
        ok.add(frame.stream);
      } else if (frame.type == RST_STREAM) {
        ok.remove(frame.stream);
        ended++;
      }
      ended += frame.endsStream() ? 1 : 0;
    }
    return ok;
  }

  void flush() throws IOException {
    out.flush();
  }

  /** With a reset, or in good order. */
  void leave() throws IOException {
    out.flush();
    if (ThreadLocalRandom.current().nextBoolean()) {
      socket.setSoLinger(true, 0);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
