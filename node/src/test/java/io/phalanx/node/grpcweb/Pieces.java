package io.phalanx.node.grpcweb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Trailers;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** Gives one piece at each reading; an empty one is a pause. */
final class Pieces implements BodySource {
  private final Queue<ByteBuffer> left = new ArrayDeque<>();

  Pieces(String... pieces) {
    for (String piece : pieces) {
      left.add(ByteBuffer.wrap(piece.getBytes(ISO_8859_1)));
    }
  }

  @Override
  public long length() {
    return 1 << 20;
  }

  @Override
  public int read(ByteBuffer into) {
    ByteBuffer next = left.peek();
    if (next == null) {
      return -1;
    }
    int count = Math.min(next.remaining(), into.remaining());
    into.put(next.slice(next.position(), count));
    next.position(next.position() + count);
    if (!next.hasRemaining()) {
      left.remove();
    }
    return count;
  }

  @Override
  public Trailers trailers() {
    return Trailers.NONE;
  }

  @Override
  public void whenReadable(Runnable ready) {
    ready.run();
  }
}
