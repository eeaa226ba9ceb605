package io.phalanx.node.attempt;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's body that is kept while it is read, so that it can be read once more. It streams as
 * it would otherwise: nothing is read ahead. What is over the limit, or over what the node has left
 * for such bodies, is passed on and not kept.
 *
 * <p>Belongs to the I/O thread of its exchange. {@link #release} has to be called in the end.
 */
public final class KeptBody {
  private static final int FIRST_BLOCK = 1 << 10;
  private static final int BLOCK = 16 << 10;

  private final BodySource from;
  private final long most;
  private final MemoryBound.Share memory;
  private final List<byte[]> blocks = new ArrayList<>(2);
  private int filled;
  private long size;

  /** Bytes that were read and are not kept. */
  private long untold;

  private boolean ended;
  private boolean lost;
  private @Nullable View live;

  /**
   * @param from must not have been read
   * @param most bytes; below 0 what {@code memory} has left is the only limit
   */
  public KeptBody(BodySource from, long most, MemoryBound memory) {
    this.from = from;
    this.most = most;
    this.memory = memory.share(0);
    this.lost = most >= 0 && from.length() > most;
  }

  /**
   * The body from its beginning. What is not read yet goes to the one that was asked for last; the
   * others end with an {@link IOException} where that begins.
   *
   * @throws IllegalStateException if it cannot be read again
   */
  public BodySource fromTheBeginning() {
    if (!mayBeReadAgain()) {
      throw new IllegalStateException("the body was not kept");
    }
    var view = new View();
    live = view;
    return view;
  }

  /** Whether all that was read is kept. */
  public boolean mayBeReadAgain() {
    return !lost || size + untold == 0;
  }

  /** Whether the body is longer than what may be kept of it, by itself. */
  public boolean isOverLimit() {
    return most >= 0 && Math.max(untold, from.length()) > most;
  }

  /** Whether all of the body is kept, to its end. */
  public boolean isWhole() {
    return !lost && isEnd(size);
  }

  private boolean isEnd(long position) {
    return ended ? position == size : from.length() == position;
  }

  /** Forgets all; nothing can be read again. */
  public void release() {
    lost = true;
    untold += size;
    size = 0;
    filled = 0;
    blocks.clear();
    memory.close();
  }

  private void keep(ByteBuffer read) {
    int count = read.remaining();
    if (lost || (most >= 0 && size + count > most)) {
      release();
      untold += count;
      return;
    }
    while (read.hasRemaining()) {
      if (blocks.isEmpty() || filled == blocks.getLast().length) {
        if (!addBlock()) {
          release();
          untold += count;
          return;
        }
      }
      byte[] block = blocks.getLast();
      int part = Math.min(block.length - filled, read.remaining());
      read.get(block, filled, part);
      filled += part;
      size += part;
    }
  }

  private boolean addBlock() {
    int length = blocks.isEmpty() ? firstBlock() : BLOCK;
    if (!memory.take(length)) {
      return false;
    }
    blocks.add(new byte[length]);
    filled = 0;
    return true;
  }

  private int firstBlock() {
    return from.length() < 0 ? FIRST_BLOCK : Math.clamp(from.length(), 1, BLOCK);
  }

  /** One reading of the body. */
  private final class View implements BodySource {
    private int block;
    private int at;
    private long position;

    @Override
    public long length() {
      return from.length();
    }

    @Override
    public boolean isLeaveAwaited() {
      return from.isLeaveAwaited();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      if (position < size) {
        return readKept(into);
      }
      if (ended || isEnd(position)) {
        return -1;
      }
      if (live != this) {
        throw new IOException("what follows is read by another try");
      }
      int start = into.position();
      int count = from.read(into);
      if (count > 0) {
        keep(into.duplicate().flip().position(start));
        position += count;
        block = Math.max(0, blocks.size() - 1);
        at = filled;
      }
      ended = count < 0;
      return count;
    }

    private int readKept(ByteBuffer into) {
      int start = into.position();
      while (position < size && into.hasRemaining()) {
        byte[] kept = blocks.get(block);
        int end = block == blocks.size() - 1 ? filled : kept.length;
        int part = Math.min(end - at, into.remaining());
        into.put(kept, at, part);
        at += part;
        position += part;
        if (at == kept.length) {
          block++;
          at = 0;
        }
      }
      return into.position() - start;
    }

    @Override
    public Trailers trailers() {
      return ended && position >= size ? from.trailers() : Trailers.NONE;
    }

    @Override
    public void whenReadable(Runnable ready) {
      if (position < size || ended || isEnd(position) || live != this) {
        ready.run();
      } else {
        from.whenReadable(ready);
      }
    }

    @Override
    public void stopWaiting() {
      if (live == this) {
        from.stopWaiting();
      }
    }
  }
}
