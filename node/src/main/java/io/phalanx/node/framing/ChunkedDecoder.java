package io.phalanx.node.framing;

import io.phalanx.node.exchange.Trailers;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the chunked coding (RFC 9112, section 7.1) off a body, in the buffer it stands in. Strict
 * about line ends; extensions are skipped, within bounds.
 */
public final class ChunkedDecoder {
  /** Most bytes of one chunk's extensions. */
  public static final int MAX_EXTENSION = 8 * 1024;

  /**
   * Most bytes of all chunks' coding beyond 16, and two for each byte of data, of each chunk. As
   * Go's: one byte in each chunk is within it for ever, extensions that are larger than what they
   * stand beside are not.
   */
  public static final int MAX_EXCESS = 16 * 1024;

  private static final int FREE_PER_CHUNK = 16;

  /** The first byte behind the size's digits, and two line ends. */
  private static final int UNCOUNTED = 5;

  private static final int MAX_SIZE_DIGITS = 15;

  private enum State {
    SIZE,
    BLANKS,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER,
    TRAILER_LF,
    LAST_LF,
    ENDED
  }

  private State state = State.SIZE;
  private long size;
  private int digits;
  private int aside;
  private long excess;
  private int end;
  private @Nullable TrailerReader trailers;

  /** Begins with another body. */
  public void reset() {
    state = State.SIZE;
    size = 0;
    digits = 0;
    aside = 0;
    excess = 0;
    end = 0;
    trailers = null;
  }

  /** What stood behind the last chunk; complete once the body {@linkplain #ended ended}. */
  public Trailers trailers() {
    TrailerReader read = trailers;
    return read == null || !ended() ? Trailers.NONE : read.trailers();
  }

  /** Whether the last chunk and the trailers are through. */
  public boolean ended() {
    return state == State.ENDED;
  }

  /**
   * Where in the buffer of the last {@link #decode} the coding stopped: behind all that it held, or
   * behind the end of the body.
   */
  public int end() {
    return end;
  }

  /**
   * Takes what {@code buffer} holds of the body and leaves the data in it, in one piece.
   *
   * @throws MalformedFramingException if it is not the chunked coding, or is over the bounds
   */
  public void decode(ByteBuffer buffer) throws MalformedFramingException {
    int at = buffer.position();
    int limit = buffer.limit();
    int dataStart = at;
    int dataEnd = at;
    while (at < limit && state != State.ENDED) {
      if (state == State.DATA) {
        int run = (int) Math.min(size, limit - at);
        if (dataEnd == dataStart) {
          dataStart = at;
          dataEnd = at;
        } else {
          buffer.put(dataEnd, buffer, at, run);
        }
        dataEnd += run;
        at += run;
        size -= run;
        if (size == 0) {
          state = State.DATA_CR;
        }
      } else {
        state = step(buffer.get(at++));
      }
    }
    end = at;
    buffer.limit(dataEnd).position(dataStart);
  }

  private State step(byte b) throws MalformedFramingException {
    return switch (state) {
      case SIZE -> sizeDigit(b);
      case BLANKS -> behindBlank(b);
      case EXTENSION -> b == '\r' ? State.SIZE_LF : extension(b);
      case SIZE_LF -> {
        expect(b, '\n');
        countExcess();
        digits = 0;
        aside = 0;
        yield size == 0 ? State.TRAILER_START : State.DATA;
      }
      case DATA_CR -> {
        expect(b, '\r');
        yield State.DATA_LF;
      }
      case DATA_LF -> {
        expect(b, '\n');
        yield State.SIZE;
      }
      case TRAILER_START -> b == '\r' ? State.LAST_LF : trailer(b);
      case TRAILER -> b == '\r' ? State.TRAILER_LF : trailer(b);
      case TRAILER_LF -> {
        expect(b, '\n');
        trailerReader().endLine();
        yield State.TRAILER_START;
      }
      case LAST_LF -> {
        expect(b, '\n');
        yield State.ENDED;
      }
      case DATA, ENDED -> throw new IllegalStateException(state.name());
    };
  }

  private State sizeDigit(byte b) throws MalformedFramingException {
    int digit = Character.digit(b, 16);
    if (digit >= 0) {
      if (++digits > MAX_SIZE_DIGITS) {
        throw new MalformedFramingException("a chunk's size is too long");
      }
      size = size * 16 + digit;
      return State.SIZE;
    }
    if (digits == 0) {
      throw new MalformedFramingException("a chunk without a size");
    }
    return switch (b) {
      case '\r' -> State.SIZE_LF;
      case ' ', '\t' -> State.BLANKS;
      case ';' -> State.EXTENSION;
      default -> throw new MalformedFramingException("a chunk's size is not a number");
    };
  }

  /** Blanks may stand behind the size, but nothing else in front of the semicolon. */
  private State behindBlank(byte b) throws MalformedFramingException {
    countAside();
    return switch (b) {
      case '\r' -> State.SIZE_LF;
      case ' ', '\t' -> State.BLANKS;
      case ';' -> State.EXTENSION;
      default -> throw new MalformedFramingException("text behind a chunk's size");
    };
  }

  private State extension(byte b) throws MalformedFramingException {
    if (b == '\n' || b == 0) {
      throw new MalformedFramingException("a bare LF or a NUL in the chunked coding");
    }
    countAside();
    return State.EXTENSION;
  }

  private void countAside() throws MalformedFramingException {
    if (++aside > MAX_EXTENSION) {
      throw new MalformedFramingException("too much beside the data of the chunked coding");
    }
  }

  private void countExcess() throws MalformedFramingException {
    excess = Math.max(0, excess + digits + aside + UNCOUNTED - FREE_PER_CHUNK - 2 * size);
    if (excess > MAX_EXCESS) {
      throw new MalformedFramingException("more chunked coding than data");
    }
  }

  private State trailer(byte b) throws MalformedFramingException {
    trailerReader().add(b);
    return State.TRAILER;
  }

  private TrailerReader trailerReader() {
    TrailerReader reader = trailers;
    if (reader == null) {
      reader = new TrailerReader();
      trailers = reader;
    }
    return reader;
  }

  private static void expect(byte b, char wanted) throws MalformedFramingException {
    if (b != wanted) {
      throw new MalformedFramingException("the chunked coding is broken");
    }
  }
}
