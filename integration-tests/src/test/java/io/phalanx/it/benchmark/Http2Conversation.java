package io.phalanx.it.benchmark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** HTTP/2 (RFC 9113) for requests that are all the same: fields are written, but not read. */
final class Http2Conversation implements Conversation {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;
  private static final int FRAME_HEAD = 9;

  /** RFC 7541, A: {@code :status 200}. */
  private static final int STATUS_200 = 0x88;

  private static final int WINDOW = 1 << 30;
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);

  private static final class Asked {
    private final long due;
    private int length;
    private boolean isRight;

    private Asked(long due) {
      this.due = due;
    }
  }

  private final Transport transport;
  private final PacedJob job;
  private final byte[] fields;
  private final byte[] payload;
  private final Map<Integer, Asked> asked = new HashMap<>();
  private final ByteBuffer received = ByteBuffer.allocate(1 << 18);
  private final ByteBuffer out = ByteBuffer.allocate(1 << 14);
  private int nextStream = 1;
  private int consumed;

  Http2Conversation(Transport transport, PacedJob job) throws IOException {
    this.transport = transport;
    this.job = job;
    this.fields = fields(job);
    this.payload = job.payloadBytes();
    out.put(PREFACE);
    frame(SETTINGS, 0, 0, 6);
    out.putShort((short) 4).putInt(WINDOW);
    frame(WINDOW_UPDATE, 0, 0, 4);
    out.putInt(WINDOW);
    send();
  }

  /** Each field as a literal that is not kept (RFC 7541, 6.2.2), without Huffman's code. */
  private static byte[] fields(PacedJob job) {
    var block = new ByteArrayOutputStream();
    field(block, ":method", job.payload().isEmpty() ? "GET" : "POST");
    field(block, ":scheme", job.wire().scheme());
    field(block, ":path", job.path());
    field(block, ":authority", job.host());
    for (String header : job.headers()) {
      int colon = header.indexOf(':');
      field(
          block,
          header.substring(0, colon).toLowerCase(Locale.ROOT),
          header.substring(colon + 1).strip());
    }
    return block.toByteArray();
  }

  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (String text : new String[] {name, value}) {
      if (text.length() >= 127) {
        throw new IllegalArgumentException("too long: " + text);
      }
      block.write(text.length());
      block.writeBytes(text.getBytes(ISO_8859_1));
    }
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public boolean hasRoom() {
    return asked.size() < job.streams();
  }

  @Override
  public int open() {
    return asked.size();
  }

  @Override
  public void ask(long due) throws IOException {
    int stream = nextStream;
    nextStream += 2;
    asked.put(stream, new Asked(due));
    boolean hasPayload = payload.length > 0;
    frame(HEADERS, END_HEADERS | (hasPayload ? 0 : END_STREAM), stream, fields.length);
    out.put(fields);
    if (hasPayload) {
      frame(DATA, END_STREAM, stream, payload.length);
      out.put(payload);
    }
    send();
  }

  private void frame(int type, int flags, int stream, int length) {
    out.putInt(length << 8 | type).put((byte) flags).putInt(stream);
  }

  private void send() throws IOException {
    transport.send(out.flip());
    out.clear();
  }

  @Override
  public void read(Answers answers) throws IOException {
    while (transport.receive(received)) {
      received.flip();
      while (received.remaining() >= FRAME_HEAD) {
        int length = received.getInt(received.position()) >>> 8;
        if (received.remaining() < FRAME_HEAD + length) {
          break;
        }
        int type = received.get(received.position() + 3);
        int flags = received.get(received.position() + 4);
        int stream = received.getInt(received.position() + 5);
        received.position(received.position() + FRAME_HEAD);
        take(type, flags, stream, received.slice(received.position(), length), answers);
        received.position(received.position() + length);
      }
      received.compact();
    }
  }

  private void take(int type, int flags, int stream, ByteBuffer content, Answers answers)
      throws IOException {
    switch (type) {
      case DATA -> {
        Asked request = known(stream);
        int padding = (flags & PADDED) == 0 ? 0 : 1 + Byte.toUnsignedInt(content.get(0));
        request.length += content.remaining() - padding;
        consume(content.remaining());
        endIf(flags, stream, request, answers);
      }
      case HEADERS -> {
        Asked request = known(stream);
        request.isRight |= Byte.toUnsignedInt(content.get(0)) == STATUS_200;
        endIf(flags, stream, request, answers);
      }
      case RST_STREAM -> {
        known(stream);
        end(stream, false, answers);
      }
      case SETTINGS -> {
        if ((flags & ACK) == 0) {
          frame(SETTINGS, ACK, 0, 0);
          send();
        }
      }
      case PING -> {
        if ((flags & ACK) == 0) {
          frame(PING, ACK, 0, content.remaining());
          out.put(content);
          send();
        }
      }
      case GOAWAY -> throw new IOException("the proxy ends the connection");
      default -> {
        // CONTINUATION, PRIORITY, WINDOW_UPDATE: nothing that is asked here needs them.
      }
    }
  }

  private Asked known(int stream) throws IOException {
    Asked request = asked.get(stream);
    if (request == null) {
      throw new IOException("an answer on a stream that is not open: " + stream);
    }
    return request;
  }

  private void endIf(int flags, int stream, Asked request, Answers answers) {
    if ((flags & END_STREAM) != 0) {
      end(stream, request.isRight && request.length == job.length(), answers);
    }
  }

  private void end(int stream, boolean isRight, Answers answers) {
    Asked request = asked.remove(stream);
    if (request != null) {
      answers.answered(request.due, isRight);
    }
  }

  private void consume(int bytes) throws IOException {
    consumed += bytes;
    if (consumed > WINDOW / 2) {
      frame(WINDOW_UPDATE, 0, 0, 4);
      out.putInt(consumed);
      consumed = 0;
      send();
    }
  }
}
