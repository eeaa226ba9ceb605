package io.phalanx.node.http2;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What each frame means to a connection and its streams (RFC 9113, sections 5 and 6). */
final class FrameHandler implements FrameReader.Handler {
  private static final int PRIORITY_LENGTH = 5;

  private final Http2Connection connection;
  private final HeadReceiver heads;
  private @Nullable Http2Stream dataStream;
  private int dataFlags;
  private int dataPadding;

  FrameHandler(Http2Connection connection, HeadReceiver heads) {
    this.connection = connection;
    this.heads = heads;
  }

  @Override
  public void dataBegins(int id, int flags, int length) throws ConnectionException {
    heads.checkWhole();
    connection.window().received(length);
    dataFlags = flags;
    dataPadding = length;
    dataStream = null;
    if (length == 0 && (flags & Frames.END_STREAM) == 0) {
      connection.guard().idleFrame();
    } else {
      connection.guard().usefulFrame();
    }
    Http2Stream stream = connection.streams().get(id);
    if (stream == null) {
      connection.streams().checkNotIdle(id);
      if (!connection.streams().isIgnored(id)) {
        connection.streams().error(id, null, ErrorCode.STREAM_CLOSED);
      }
    } else if (stream.isInputEnded()) {
      connection.streams().error(id, stream, ErrorCode.STREAM_CLOSED);
    } else if (!stream.isHeadReceived()) {
      connection.streams().error(id, stream, ErrorCode.PROTOCOL_ERROR);
    } else if (!stream.input().takeWindow(length)) {
      connection.streams().error(id, stream, ErrorCode.FLOW_CONTROL_ERROR);
    } else {
      dataStream = stream;
    }
  }

  @Override
  public void data(ByteBuffer part, boolean last) throws ConnectionException {
    int length = part.remaining();
    dataPadding -= length;
    Http2Stream stream = dataStream;
    if (stream != null && stream.isOver()) {
      stream = null;
    }
    boolean end = last && (dataFlags & Frames.END_STREAM) != 0;
    if (stream != null
        && (!stream.input().isWithinLength(length) || (end && !stream.input().isLengthKept()))) {
      connection.streams().error(stream.id(), stream, ErrorCode.PROTOCOL_ERROR);
      stream = null;
    }
    int padding = last ? dataPadding : 0;
    if (stream == null) {
      connection.window().acknowledge(length + padding);
      return;
    }
    stream.input().acknowledge(padding);
    stream.input().data(part, end);
    if (end) {
      connection.streams().closeIfEnded(stream);
    }
  }

  @Override
  public void frame(int type, int flags, int id, byte[] payload, int length)
      throws ConnectionException {
    if (type == Frames.CONTINUATION) {
      heads.continuation(flags, id, payload, length);
      return;
    }
    heads.checkWhole();
    switch (type) {
      case Frames.HEADERS -> headers(flags, id, payload, length);
      case Frames.PRIORITY -> priority(id, payload, length);
      case Frames.RST_STREAM -> reset(id, payload, length);
      case Frames.SETTINGS -> settings(flags, id, payload, length);
      case Frames.PUSH_PROMISE -> throw ConnectionException.protocol("a push");
      case Frames.PING -> ping(flags, id, payload, length);
      case Frames.GOAWAY -> goAway(id, payload, length);
      case Frames.WINDOW_UPDATE -> windowUpdate(id, payload, length);
      default -> connection.guard().idleFrame();
    }
  }

  private void headers(int flags, int id, byte[] payload, int length) throws ConnectionException {
    onStream(id, "HEADERS");
    int from = 0;
    int to = length;
    if ((flags & Frames.PADDED) != 0) {
      checkSize(length >= 1);
      from = 1;
      to -= payload[0] & 0xff;
    }
    boolean dependsOnItself = false;
    if ((flags & Frames.WITH_PRIORITY) != 0) {
      checkSize(length >= from + PRIORITY_LENGTH);
      dependsOnItself = Frames.int31(payload, from) == id;
      from += PRIORITY_LENGTH;
    }
    if (from > to) {
      throw ConnectionException.protocol("more padding than frame");
    }
    heads.headers(flags, id, payload, from, to);
    if (dependsOnItself) {
      connection.streams().error(id, connection.streams().get(id), ErrorCode.PROTOCOL_ERROR);
    }
  }

  /** Priorities are not followed, as RFC 9113, section 5.3, leaves to each. */
  private void priority(int id, byte[] payload, int length) throws ConnectionException {
    onStream(id, "PRIORITY");
    connection.guard().idleFrame();
    if (length == PRIORITY_LENGTH && Frames.int31(payload, 0) != id) {
      return;
    }
    ErrorCode code =
        length == PRIORITY_LENGTH ? ErrorCode.PROTOCOL_ERROR : ErrorCode.FRAME_SIZE_ERROR;
    if (connection.streams().isIdle(id)) {
      throw new ConnectionException(code, "a PRIORITY that is none");
    }
    connection.streams().error(id, connection.streams().get(id), code);
  }

  private void reset(int id, byte[] payload, int length) throws ConnectionException {
    onStream(id, "RST_STREAM");
    checkSize(length == Integer.BYTES);
    connection.streams().checkNotIdle(id);
    Http2Stream stream = connection.streams().get(id);
    if (stream == null) {
      connection.guard().idleFrame();
      return;
    }
    connection.streams().countReset(stream);
    connection.streams().endedByPeer(stream, ErrorCode.of(Frames.int32(payload, 0)));
  }

  private void settings(int flags, int id, byte[] payload, int length) throws ConnectionException {
    onConnection(id, "SETTINGS");
    connection.guard().idleFrame();
    if ((flags & Frames.ACK) != 0) {
      checkSize(length == 0);
      connection.settings().acknowledged();
      return;
    }
    checkSize(length % 6 == 0);
    int windowBefore = connection.peer().initialWindow();
    for (int at = 0; at < length; at += 6) {
      int number = (payload[at] & 0xff) << 8 | (payload[at + 1] & 0xff);
      connection.settings().set(number, Frames.int32(payload, at + 2), !connection.isServer());
    }
    connection.settingsCame(windowBefore);
  }

  private void ping(int flags, int id, byte[] payload, int length) throws ConnectionException {
    onConnection(id, "PING");
    checkSize(length == Long.BYTES);
    connection.guard().idleFrame();
    long value = ByteBuffer.wrap(payload).getLong();
    if ((flags & Frames.ACK) == 0) {
      connection.output().ping(value, true);
    } else {
      connection.pong(value);
    }
  }

  private void goAway(int id, byte[] payload, int length) throws ConnectionException {
    onConnection(id, "GOAWAY");
    checkSize(length >= 2 * Integer.BYTES);
    connection.guard().idleFrame();
    connection.peerGoesAway(Frames.int31(payload, 0), ErrorCode.of(Frames.int32(payload, 4)));
  }

  private void windowUpdate(int id, byte[] payload, int length) throws ConnectionException {
    checkSize(length == Integer.BYTES);
    connection.guard().idleFrame();
    int increment = Frames.int31(payload, 0);
    if (id == 0) {
      if (increment == 0) {
        throw ConnectionException.protocol("a window that grows by nothing");
      }
      connection.window().grow(increment);
      return;
    }
    connection.streams().checkNotIdle(id);
    Http2Stream stream = connection.streams().get(id);
    if (stream == null) {
      return;
    }
    if (increment == 0) {
      connection.streams().error(id, stream, ErrorCode.PROTOCOL_ERROR);
    } else if (!stream.growWindow(increment)) {
      connection.streams().error(id, stream, ErrorCode.FLOW_CONTROL_ERROR);
    }
  }

  private static void onStream(int id, String frame) throws ConnectionException {
    if (id == 0) {
      throw ConnectionException.protocol(frame + " without a stream");
    }
  }

  private static void onConnection(int id, String frame) throws ConnectionException {
    if (id != 0) {
      throw ConnectionException.protocol(frame + " on a stream");
    }
  }

  private static void checkSize(boolean well) throws ConnectionException {
    if (!well) {
      throw new ConnectionException(ErrorCode.FRAME_SIZE_ERROR, "a frame of the wrong size");
    }
  }
}
