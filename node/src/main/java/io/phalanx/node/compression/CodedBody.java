package io.phalanx.node.compression;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Codes a body on its way, a piece at a time. When its sender pauses all that came is brought out;
 * of a body whose length is known only when the pause lasts, because it comes anyway.
 */
public final class CodedBody implements BodySink {
  /** What is coded in one go: about a millisecond. */
  private static final int PIECE = 16 << 10;

  private static final Duration LASTING = Duration.ofMillis(100);

  private final Exchange exchange;
  private final BodySink to;
  private final Coder coder;
  private final MemoryBound.Share memory;
  private final boolean lengthKnown;
  private final Coded coded = new Coded();
  private Runnable callOff = () -> {};
  private boolean timed;
  private boolean held;
  private boolean awaited;
  private boolean ended;
  private boolean closed;

  /** A coder and the memory that it takes up. */
  public static final class Means {
    private final Coder coder;
    private final MemoryBound.Share memory;

    private Means(Coder coder, MemoryBound.Share memory) {
      this.coder = coder;
      this.memory = memory;
    }

    /** Empty if there is no room for one more. */
    public static Optional<Means> of(Coding coding, MemoryBound bound) {
      MemoryBound.Share memory = bound.share(0);
      if (!memory.take(coding.memory())) {
        return Optional.empty();
      }
      try {
        return Optional.of(new Means(coding.newCoder(), memory));
      } catch (RuntimeException | Error e) {
        memory.close();
        throw e;
      }
    }

    /** For those that come to nothing. */
    public void close() {
      coder.close();
      memory.close();
    }
  }

  /**
   * @param exchange whose answer it is
   * @param to opened without a length
   * @param lengthKnown whether the body's own length is
   */
  public CodedBody(Exchange exchange, Means means, BodySink to, boolean lengthKnown) {
    this.exchange = exchange;
    this.coder = means.coder;
    this.memory = means.memory;
    this.to = to;
    this.lengthKnown = lengthKnown;
    exchange.whenOver(this::close);
  }

  private void close() {
    if (!closed) {
      closed = true;
      callOff.run();
      coder.close();
      memory.close();
    }
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (closed) {
      throw new IOException("the answer is over");
    }
    if (!pushed()) {
      return 0;
    }
    int count = Math.min(PIECE, from.remaining());
    if (count > 0) {
      coder.code(from.slice(from.position(), count), coded);
      from.position(from.position() + count);
      held = true;
      pushed();
    }
    return count;
  }

  /** Whether the client has taken all that is coded. */
  private boolean pushed() throws IOException {
    ByteBuffer unread = coded.unread();
    while (unread.hasRemaining()) {
      if (to.write(unread) == 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean flush() throws IOException {
    if (closed) {
      return true;
    }
    if (held && lengthKnown) {
      flushLater();
    } else {
      bringOut();
    }
    return pushed() && to.flush();
  }

  private void bringOut() {
    if (held) {
      held = false;
      coder.flush(coded);
    }
  }

  private void flushLater() {
    if (!timed) {
      timed = true;
      callOff = exchange.ioThread().after(LASTING, this::flushNow);
    }
  }

  private void flushNow() {
    timed = false;
    if (closed || ended) {
      return;
    }
    try {
      bringOut();
      pushOn();
    } catch (IOException _) {
      // Whoever writes next is told the same.
    } catch (RuntimeException | Error e) {
      exchange.fail(Failure.unforeseen(e));
    }
  }

  /** Goes on by itself unless the sender waits for room, and then goes on. */
  private void pushOn() throws IOException {
    if (!awaited && !(pushed() && to.flush())) {
      to.whenWritable(this::writableAgain);
    }
  }

  private void writableAgain() {
    if (!closed) {
      flushNow();
    }
  }

  @Override
  public void trailers(Trailers trailers) {
    to.trailers(trailers);
  }

  @Override
  public boolean finish() throws IOException {
    if (!ended) {
      if (closed) {
        throw new IOException("the answer is over");
      }
      ended = true;
      coder.finish(coded);
      close();
    }
    return pushed() && to.finish();
  }

  @Override
  public void whenWritable(Runnable ready) {
    awaited = true;
    to.whenWritable(
        () -> {
          awaited = false;
          ready.run();
        });
  }
}
