package io.phalanx.node.forwarding;

import java.nio.ByteBuffer;

/**
 * Takes the chunked coding (RFC 9112, section 7.1) off a body, in the buffer it stands in. Strict
 * about line ends; extensions are skipped and trailers dropped, both within bounds.
 */
final class ChunkedDecoder {
  /** Most bytes that may stand beside the data: one chunk's extensions, or all trailers. */
  static final int MAX_ASIDE = 8 * 1024;

  private static final int MAX_SIZE_DIGITS = 15;

  private enum State {
    SIZE,
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
  private boolean excess;

  void reset() {
    state = State.SIZE;
    size = 0;
    digits = 0;
    aside = 0;
    excess = false;
  }

  /** Whether the last chunk and the trailers are through. */
  boolean ended() {
    return state == State.ENDED;
  }

  /** Whether bytes came behind the end. */
  boolean excess() {
    return excess;
  }

  /** Takes all that {@code buffer} holds and leaves the data in it, in one piece. */
  void decode(ByteBuffer buffer) throws MalformedAnswerException {
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
    excess = at < limit;
    buffer.limit(dataEnd).position(dataStart);
  }

  private State step(byte b) throws MalformedAnswerException {
    return switch (state) {
      case SIZE -> sizeDigit(b);
      case EXTENSION -> b == '\r' ? State.SIZE_LF : aside(b, State.EXTENSION);
      case SIZE_LF -> {
        expect(b, '\n');
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
      case TRAILER_START -> b == '\r' ? State.LAST_LF : aside(b, State.TRAILER);
      case TRAILER -> b == '\r' ? State.TRAILER_LF : aside(b, State.TRAILER);
      case TRAILER_LF -> {
        expect(b, '\n');
        yield State.TRAILER_START;
      }
      case LAST_LF -> {
        expect(b, '\n');
        yield State.ENDED;
      }
      case DATA, ENDED -> throw new IllegalStateException(state.name());
    };
  }

  private State sizeDigit(byte b) throws MalformedAnswerException {
    int digit = Character.digit(b, 16);
    if (digit >= 0) {
      if (++digits > MAX_SIZE_DIGITS) {
        throw new MalformedAnswerException("a chunk's size is too long");
      }
      size = size * 16 + digit;
      return State.SIZE;
    }
    if (digits == 0) {
      throw new MalformedAnswerException("a chunk without a size");
    }
    return switch (b) {
      case '\r' -> State.SIZE_LF;
      case ';', ' ', '\t' -> State.EXTENSION;
      default -> throw new MalformedAnswerException("a chunk's size is not a number");
    };
  }

  private State aside(byte b, State next) throws MalformedAnswerException {
    if (b == '\n' || b == 0) {
      throw new MalformedAnswerException("a bare LF or a NUL in the chunked coding");
    }
    if (++aside > MAX_ASIDE) {
      throw new MalformedAnswerException("too much beside the data of the chunked coding");
    }
    return next;
  }

  private static void expect(byte b, char wanted) throws MalformedAnswerException {
    if (b != wanted) {
      throw new MalformedAnswerException("the chunked coding is broken");
    }
  }
}
