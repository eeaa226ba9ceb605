package io.phalanx.node.compression;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/** RFC 8878, with Facebook's own encoder. */
final class ZstdCoder implements Coder {
  private static final int LEVEL = 3;

  /** 256 KiB; receivers have to take 8 MiB (RFC 9659), which each body would take up here. */
  private static final int WINDOW = 18;

  private static final int ROOM = 16 << 10;

  private final ZstdCompressCtx context;

  /**
   * @throws UnsatisfiedLinkError if there is no encoder for this machine
   */
  ZstdCoder() {
    context = new ZstdCompressCtx();
    context.setLevel(LEVEL).setWindowLog(WINDOW);
  }

  @Override
  public void code(ByteBuffer from, Coded to) {
    while (from.hasRemaining()) {
      push(from, EndDirective.CONTINUE, to);
    }
  }

  /** Returns whether all is out. */
  private boolean push(ByteBuffer from, EndDirective directive, Coded to) {
    ByteBuffer room = to.room(ROOM);
    boolean whole = context.compressByteBufferStream(room, from, directive);
    to.added(room);
    return whole;
  }

  private void pushAll(EndDirective directive, Coded to) {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    boolean whole = push(nothing, directive, to);
    while (!whole) {
      whole = push(nothing, directive, to);
    }
  }

  @Override
  public void flush(Coded to) {
    pushAll(EndDirective.FLUSH, to);
  }

  @Override
  public void finish(Coded to) {
    pushAll(EndDirective.END, to);
  }

  @Override
  public void close() {
    context.close();
  }
}
