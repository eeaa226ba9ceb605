package io.phalanx.node.buffering;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A body that is held whole: its beginning in memory, the rest in a file, but for the last piece.
 * Virtual threads write and read the file, a piece ahead; whoever fills this waits when they are
 * behind. Belongs to one I/O thread. {@link #release} has to be called in the end.
 */
public final class Spool {
  static final int PIECE = 64 << 10;
  private static final int BLOCK = 16 << 10;
  private static final int FIRST_BLOCK = 1 << 10;

  private final SpoolSpace space;
  private final IoThread ioThread;
  private final long mostInMemory;
  private final MemoryBound.Share memory;
  private final MemoryBound.Share pieces;
  private final MemoryBound.Share disk;
  private final List<byte[]> blocks = new ArrayList<>(2);
  private int filled;
  private long inMemory;
  private boolean memoryClosed;

  /** The piece that is being filled, in front of what is in the file. */
  private byte[] tail = {};

  private int tailFilled;
  private long inFile;
  private @Nullable FileChannel file;
  private boolean busy;
  private boolean released;
  private @Nullable IOException broken;
  private List<Runnable> whenIdle = new ArrayList<>(1);

  /**
   * @param mostInMemory bytes; what is beyond, and what finds no room there, goes to a file
   */
  public Spool(SpoolSpace space, IoThread ioThread, long mostInMemory) {
    this.space = space;
    this.ioThread = ioThread;
    this.mostInMemory = mostInMemory;
    this.memory = space.memory().share(0);
    this.pieces = space.pieces().share(0);
    this.disk = space.disk().share(0);
  }

  /** Bytes that are held. */
  public long size() {
    return inMemory + inFile + tailFilled;
  }

  /**
   * Takes what there is room for now.
   *
   * @return the number of bytes; 0 if the disk is behind
   * @throws NoRoomException if this node has no room for it
   * @throws IOException if the file cannot be written
   */
  public int write(ByteBuffer from) throws IOException {
    check();
    int count = 0;
    while (from.hasRemaining()) {
      int taken = memoryClosed ? toTail(from) : toMemory(from);
      if (taken == 0 && memoryClosed) {
        return count;
      }
      count += taken;
    }
    return count;
  }

  private void check() throws IOException {
    IOException known = broken;
    if (known != null) {
      throw known;
    }
  }

  /** Returns 0 if what follows belongs into a file. */
  private int toMemory(ByteBuffer from) {
    boolean full = blocks.isEmpty() || filled == blocks.getLast().length;
    if (inMemory >= mostInMemory || (full && !addBlock())) {
      memoryClosed = true;
      return 0;
    }
    byte[] block = blocks.getLast();
    int count =
        (int) Math.min(Math.min(from.remaining(), block.length - filled), mostInMemory - inMemory);
    from.get(block, filled, count);
    filled += count;
    inMemory += count;
    return count;
  }

  private boolean addBlock() {
    int length = blocks.isEmpty() ? FIRST_BLOCK : BLOCK;
    if (!memory.take(length)) {
      return false;
    }
    blocks.add(new byte[length]);
    filled = 0;
    return true;
  }

  private int toTail(ByteBuffer from) throws NoRoomException {
    if (tailFilled == PIECE) {
      if (busy) {
        return 0;
      }
      writeTail();
    }
    if (tail.length == 0) {
      // One is filled while another is on its way.
      if (!pieces.take(2L * PIECE)) {
        throw new NoRoomException("no room is left for bodies on their way to files");
      }
      tail = new byte[PIECE];
    }
    int count = Math.min(from.remaining(), PIECE - tailFilled);
    from.get(tail, tailFilled, count);
    tailFilled += count;
    return count;
  }

  private void writeTail() throws NoRoomException {
    if (!disk.take(PIECE)) {
      throw new NoRoomException("no room is left on the disk for bodies that are held whole");
    }
    byte[] piece = tail;
    long position = inFile;
    tail = new byte[PIECE];
    tailFilled = 0;
    inFile += PIECE;
    onDisk(
        () -> {
          FileChannel to = file;
          if (to == null) {
            to = space.open();
            file = to;
          }
          var bytes = ByteBuffer.wrap(piece);
          while (bytes.hasRemaining()) {
            to.write(bytes, position + bytes.position());
          }
        });
  }

  /** What waits for the disk. */
  private interface DiskTask {
    void run() throws IOException;
  }

  private void onDisk(DiskTask task) {
    busy = true;
    Thread.ofVirtual()
        .name("spool")
        .start(
            () -> {
              @Nullable IOException failure = null;
              try {
                task.run();
              } catch (IOException e) {
                failure = new IOException("a body cannot be held in a file: " + e.getMessage(), e);
              } catch (RuntimeException | Error e) {
                failure = new IOException("a body cannot be held in a file: " + e, e);
              }
              @Nullable IOException told = failure;
              ioThread.execute(() -> idle(told));
            });
  }

  private void idle(@Nullable IOException failure) {
    busy = false;
    if (failure != null && broken == null) {
      broken = failure;
    }
    if (released) {
      close();
      return;
    }
    List<Runnable> waiting = whenIdle;
    whenIdle = new ArrayList<>(1);
    waiting.forEach(Runnable::run);
  }

  /** Calls {@code ready} once when {@link #write} takes more, or fails. */
  public void whenWritable(Runnable ready) {
    if (busy) {
      whenIdle.add(ready);
    } else {
      ready.run();
    }
  }

  /**
   * The body from its beginning, when all of it was written; may be asked for again.
   *
   * @param trailers behind it
   */
  public BodySource fromTheBeginning(Trailers trailers) {
    return new Reading(trailers);
  }

  /** Forgets all. */
  public void release() {
    if (!released) {
      released = true;
      blocks.clear();
      tail = new byte[0];
      whenIdle.clear();
      memory.close();
      pieces.close();
      disk.close();
      if (!busy) {
        close();
      }
    }
  }

  private void close() {
    FileChannel open = file;
    file = null;
    if (open != null) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  open.close();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  /** One reading of the body. */
  private final class Reading implements BodySource {
    private final Trailers trailers;
    private long position;
    private int block;
    private int at;

    /** A piece of the file that was read, and where it begins. */
    private ByteBuffer ahead = ByteBuffer.allocate(0);

    private boolean asked;

    Reading(Trailers trailers) {
      this.trailers = trailers;
    }

    @Override
    public long length() {
      return trailers.isEmpty() ? size() : -1;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      check();
      if (released) {
        throw new IOException("the body is not held any more");
      }
      if (position == size()) {
        return -1;
      }
      if (position < inMemory) {
        return readMemory(into);
      }
      return position < inMemory + inFile ? readFile(into) : readTail(into);
    }

    private int readMemory(ByteBuffer into) {
      byte[] held = blocks.get(block);
      int end = block == blocks.size() - 1 ? filled : held.length;
      int count = Math.min(end - at, into.remaining());
      into.put(held, at, count);
      at += count;
      position += count;
      if (at == end) {
        block++;
        at = 0;
      }
      return count;
    }

    private int readTail(ByteBuffer into) {
      int from = (int) (position - inMemory - inFile);
      int count = Math.min(tailFilled - from, into.remaining());
      into.put(tail, from, count);
      position += count;
      return count;
    }

    private int readFile(ByteBuffer into) {
      if (!ahead.hasRemaining()) {
        ask();
        return 0;
      }
      int count = Math.min(ahead.remaining(), into.remaining());
      into.put(ahead.slice(ahead.position(), count));
      ahead.position(ahead.position() + count);
      position += count;
      return count;
    }

    private void ask() {
      if (asked) {
        return;
      }
      if (busy) {
        asked = true;
        whenIdle.add(
            () -> {
              asked = false;
              ask();
            });
        return;
      }
      asked = true;
      long from = position - inMemory;
      var piece = ByteBuffer.allocate((int) Math.min(PIECE, inFile - from));
      onDisk(
          () -> {
            FileChannel open = file;
            while (open != null && piece.hasRemaining()) {
              if (open.read(piece, from + piece.position()) < 0) {
                throw new IOException("the file is shorter than what was written");
              }
            }
          });
      whenIdle.add(
          () -> {
            asked = false;
            ahead = piece.flip();
          });
    }

    @Override
    public Trailers trailers() {
      return position == size() ? trailers : Trailers.NONE;
    }

    @Override
    public void whenReadable(Runnable ready) {
      boolean waits =
          broken == null
              && position >= inMemory
              && position < inMemory + inFile
              && !ahead.hasRemaining();
      if (!waits || released) {
        ready.run();
        return;
      }
      ask();
      if (busy) {
        whenIdle.add(ready);
      } else {
        ready.run();
      }
    }
  }
}
