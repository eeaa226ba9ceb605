package io.phalanx.node.http2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Cuts what comes into frames (RFC 9113, section 4). The payload of DATA is handed on as it comes;
 * of other frames it is gathered, in memory that exists only until the frame is whole.
 */
final class FrameReader {
  /** Takes the frames. */
  interface Handler {
    /** A DATA frame begins, whose payload is {@code length} bytes with padding and all. */
    void dataBegins(int stream, int flags, int length) throws ConnectionException;

    /**
     * A part of a body.
     *
     * @param last whether the frame has no more of it
     */
    void data(ByteBuffer part, boolean last) throws ConnectionException;

    void frame(int type, int flags, int stream, byte[] payload, int length)
        throws ConnectionException;
  }

  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  private final Handler handler;
  private final byte[] shared;
  private final byte[] header = new byte[Frames.HEADER];
  private int prefaceLeft;
  private int headerLength;
  private int length;
  private int type;
  private int flags;
  private int stream;
  private byte[] held = NOTHING;
  private int heldLength;
  private int bodyLeft;
  private int paddingLeft;
  private boolean padLengthDue;
  private boolean inData;
  private long frames;
  private long headFrame;
  private long frameAtCheck = -1;
  private long incompleteSince;

  /**
   * @param preface whether the peer begins with the client's preface
   * @param shared room for one payload
   */
  FrameReader(Handler handler, boolean preface, byte[] shared) {
    this.handler = handler;
    this.shared = shared;
    this.prefaceLeft = preface ? PREFACE.length : 0;
  }

  /** Takes all of {@code in}. */
  void read(ByteBuffer in) throws ConnectionException {
    while (prefaceLeft > 0 && in.hasRemaining()) {
      if (in.get() != PREFACE[PREFACE.length - prefaceLeft--]) {
        throw ConnectionException.protocol("what came first is not the preface");
      }
    }
    while (in.hasRemaining()) {
      if (inData) {
        readData(in);
      } else if (headerLength < Frames.HEADER) {
        readHeader(in);
      } else {
        readPayload(in);
      }
    }
  }

  private void readHeader(ByteBuffer in) throws ConnectionException {
    int taken = Math.min(Frames.HEADER - headerLength, in.remaining());
    in.get(header, headerLength, taken);
    headerLength += taken;
    if (headerLength < Frames.HEADER) {
      return;
    }
    length = Frames.int32(header, 0) >>> 8;
    type = header[3] & 0xff;
    flags = header[4] & 0xff;
    stream = Frames.int31(header, 5);
    if (frames == 0 && (type != Frames.SETTINGS || (flags & Frames.ACK) != 0)) {
      throw ConnectionException.protocol("the first frame is not SETTINGS");
    }
    if (length > Frames.MAX_PAYLOAD) {
      throw new ConnectionException(ErrorCode.FRAME_SIZE_ERROR, "a frame of " + length + " bytes");
    }
    if (type == Frames.DATA) {
      beginData();
    } else if (length == 0) {
      endOfFrame();
      handler.frame(type, flags, stream, NOTHING, 0);
    }
  }

  private void endOfFrame() {
    headerLength = 0;
    inData = false;
    if (type == Frames.HEADERS) {
      headFrame = frames;
    }
    frames++;
  }

  private void readPayload(ByteBuffer in) throws ConnectionException {
    if (heldLength == 0 && in.remaining() >= length) {
      in.get(shared, 0, length);
      endOfFrame();
      handler.frame(type, flags, stream, shared, length);
      return;
    }
    if (heldLength == 0) {
      held = new byte[length];
    }
    int taken = Math.min(length - heldLength, in.remaining());
    in.get(held, heldLength, taken);
    heldLength += taken;
    if (heldLength == length) {
      byte[] whole = held;
      held = NOTHING;
      heldLength = 0;
      endOfFrame();
      handler.frame(type, flags, stream, whole, length);
    }
  }

  private void beginData() throws ConnectionException {
    boolean padded = (flags & Frames.PADDED) != 0;
    if (padded && length == 0) {
      throw new ConnectionException(ErrorCode.FRAME_SIZE_ERROR, "no room for the padding's length");
    }
    handler.dataBegins(stream, flags, length);
    inData = true;
    padLengthDue = padded;
    bodyLeft = padded ? length - 1 : length;
    paddingLeft = 0;
    if (length == 0) {
      endOfFrame();
      handler.data(ByteBuffer.wrap(NOTHING), true);
    }
  }

  private void readData(ByteBuffer in) throws ConnectionException {
    if (padLengthDue) {
      padLengthDue = false;
      paddingLeft = in.get() & 0xff;
      bodyLeft -= paddingLeft;
      if (bodyLeft < 0) {
        throw ConnectionException.protocol("more padding than frame");
      }
      if (bodyLeft == 0) {
        endOfBody(ByteBuffer.wrap(NOTHING));
      }
      return;
    }
    if (bodyLeft > 0) {
      int taken = Math.min(bodyLeft, in.remaining());
      int limit = in.limit();
      int end = in.position() + taken;
      bodyLeft -= taken;
      in.limit(end);
      try {
        if (bodyLeft == 0) {
          endOfBody(in);
        } else {
          handler.data(in, false);
        }
      } finally {
        in.limit(limit);
        in.position(end);
      }
      return;
    }
    int skipped = Math.min(paddingLeft, in.remaining());
    in.position(in.position() + skipped);
    paddingLeft -= skipped;
    if (paddingLeft == 0) {
      endOfFrame();
    }
  }

  private void endOfBody(ByteBuffer part) throws ConnectionException {
    if (paddingLeft == 0) {
      endOfFrame();
    }
    handler.data(part, true);
  }

  /**
   * Whether something other than a body has begun and is not whole after {@code limit} nanoseconds.
   * A head in several frames is one thing, from the first byte of the first one.
   *
   * @param withinHead whether more frames of a head are to come
   */
  boolean isOverdue(long now, long limit, boolean withinHead) {
    boolean incomplete = prefaceLeft > 0 || withinHead || (headerLength > 0 && !inData);
    long frame = withinHead ? headFrame : frames;
    if (!incomplete || frame != frameAtCheck) {
      frameAtCheck = frame;
      incompleteSince = now;
      return false;
    }
    return now - incompleteSince >= limit;
  }
}
