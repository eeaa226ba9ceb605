package io.phalanx.node.http2;

import io.phalanx.node.exchange.MemoryBound;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A transport that keeps what is sent, and takes only as much as the test lets it. */
final class Wire implements Transport {
  /** A frame as it was sent. */
  static final class Frame {
    final int type;
    final int flags;
    final int stream;
    final byte[] payload;

    Frame(int type, int flags, int stream, byte[] payload) {
      this.type = type;
      this.flags = flags;
      this.stream = stream;
      this.payload = payload;
    }

    int code() {
      return Frames.int32(payload, type == Frames.GOAWAY ? 4 : 0);
    }

    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    @Override
    public String toString() {
      return "type %d flags %d stream %d, %d bytes".formatted(type, flags, stream, payload.length);
    }
  }

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  int takes = Integer.MAX_VALUE;
  int writes;
  int taken;
  boolean flushWanted;
  boolean finished;
  boolean broken;
  private final MemoryBound.Share bodies;
  private final MemoryBound.Share windows;

  Wire(MemoryBound.Share bodies, MemoryBound.Share windows) {
    this.bodies = bodies;
    this.windows = windows;
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    if (broken) {
      throw new IOException("broken");
    }
    writes++;
    int count = Math.min(takes, from.remaining());
    takes -= takes == Integer.MAX_VALUE ? 0 : count;
    byte[] bytes = new byte[count];
    from.get(bytes);
    sent.writeBytes(bytes);
  }

  @Override
  public void flushSoon() {
    flushWanted = true;
  }

  @Override
  public void finished() {
    finished = true;
  }

  @Override
  public ByteBuffer take() {
    taken++;
    return ByteBuffer.allocate(32 << 10);
  }

  @Override
  public void give(ByteBuffer buffer) {
    taken--;
  }

  @Override
  public MemoryBound.Share bodyMemory() {
    return bodies;
  }

  @Override
  public MemoryBound.Share windowMemory() {
    return windows;
  }

  /** What was sent since the last call, as bytes. */
  byte[] bytes() {
    byte[] bytes = sent.toByteArray();
    sent.reset();
    return bytes;
  }

  /** The frames that were sent since the last call. */
  List<Frame> frames() {
    return frames(bytes());
  }

  static List<Frame> frames(byte[] bytes) {
    var frames = new ArrayList<Frame>();
    for (var in = ByteBuffer.wrap(bytes); in.hasRemaining(); ) {
      int lengthAndType = in.getInt();
      int flags = in.get();
      int stream = in.getInt();
      byte[] payload = new byte[lengthAndType >>> 8];
      in.get(payload);
      frames.add(new Frame(lengthAndType & 0xff, flags, stream, payload));
    }
    return frames;
  }
}
