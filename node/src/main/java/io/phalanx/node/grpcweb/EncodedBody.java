package io.phalanx.node.grpcweb;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Writes a body in base64, a piece at a time. When its sender pauses, the group that is begun is
 * padded, so that the client has all that came: what follows begins a group of its own.
 */
final class EncodedBody implements BodySink {
  private static final int GROUP = 3;

  /** What is encoded in one go. */
  private static final int PIECE = 4096 * GROUP;

  private static final Base64.Encoder ENCODER = Base64.getEncoder();
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final BodySink to;

  /** Bytes of a group that is not whole. */
  private final byte[] begun = new byte[GROUP];

  private int held;
  private ByteBuffer encoded = NOTHING;

  EncodedBody(BodySink to) {
    this.to = to;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (!pushed()) {
      return 0;
    }
    int count = Math.min(PIECE - held, from.remaining());
    byte[] piece = new byte[held + count];
    System.arraycopy(begun, 0, piece, 0, held);
    from.get(piece, held, count);
    held = piece.length % GROUP;
    int whole = piece.length - held;
    System.arraycopy(piece, whole, begun, 0, held);
    if (whole > 0) {
      encoded = ENCODER.encode(ByteBuffer.wrap(piece, 0, whole));
      pushed();
    }
    return count;
  }

  /** Whether the client has taken all that is encoded. */
  private boolean pushed() throws IOException {
    while (encoded.hasRemaining()) {
      if (to.write(encoded) == 0) {
        return false;
      }
    }
    encoded = NOTHING;
    return true;
  }

  /** Pads what is held, and returns whether the client has taken all. */
  boolean pad() throws IOException {
    if (!pushed()) {
      return false;
    }
    if (held > 0) {
      encoded = ENCODER.encode(ByteBuffer.wrap(begun, 0, held));
      held = 0;
    }
    return pushed();
  }

  @Override
  public void trailers(Trailers trailers) {
    to.trailers(trailers);
  }

  @Override
  public boolean flush() throws IOException {
    return pad() && to.flush();
  }

  @Override
  public boolean finish() throws IOException {
    return pad() && to.finish();
  }

  @Override
  public void whenWritable(Runnable ready) {
    to.whenWritable(ready);
  }
}
