package io.phalanx.node.compression;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** RFC 7932, with Google's own encoder. */
final class BrotliCoder implements Coder {
  private static final int INPUT = 16 << 10;

  /** Smaller than gzip's at its speed; higher ones cost more than they save on the way. */
  private static final int QUALITY = 5;

  /** 256 KiB: with the usual 4 MiB each body would take up ten times as much. */
  private static final int WINDOW = 18;

  private final EncoderJNI.Wrapper encoder;

  /**
   * @throws UnsatisfiedLinkError if there is no encoder for this machine
   */
  BrotliCoder() {
    Brotli4jLoader.ensureAvailability();
    try {
      encoder = new EncoderJNI.Wrapper(INPUT, QUALITY, WINDOW, Encoder.Mode.GENERIC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void code(ByteBuffer from, Coded to) {
    while (from.hasRemaining()) {
      int count = Math.min(INPUT, from.remaining());
      ByteBuffer input = encoder.getInputBuffer();
      input.clear();
      input.put(from.slice(from.position(), count));
      from.position(from.position() + count);
      push(Operation.PROCESS, count, to);
      while (encoder.hasRemainingInput()) {
        push(Operation.PROCESS, 0, to);
      }
    }
  }

  private void push(Operation operation, int count, Coded to) {
    encoder.push(operation, count);
    if (!encoder.isSuccess()) {
      throw new IllegalStateException("brotli's encoder failed");
    }
    while (encoder.hasMoreOutput()) {
      ByteBuffer piece = encoder.pull();
      to.added(to.room(piece.remaining()).put(piece));
    }
  }

  @Override
  public void flush(Coded to) {
    push(Operation.FLUSH, 0, to);
  }

  @Override
  public void finish(Coded to) {
    push(Operation.FINISH, 0, to);
    while (!encoder.isFinished()) {
      push(Operation.FINISH, 0, to);
    }
  }

  @Override
  public void close() {
    encoder.destroy();
  }
}
