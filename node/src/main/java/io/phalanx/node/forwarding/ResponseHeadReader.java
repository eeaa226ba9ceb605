package io.phalanx.node.forwarding;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Gathers the head of one answer until it is whole. A head that comes with one read is parsed where
 * it lies; else its bytes are kept, and parsed again only when its end is there, so that a server
 * that sends it byte by byte costs no more than its length. Interim answers (1xx) in front of it
 * are told of.
 */
final class ResponseHeadReader {
  static final int MAX_HEAD_BYTES = 64 * 1024;
  static final int MAX_INTERIM = 32;

  static final int SWITCHING_PROTOCOLS = 101;

  static final int CONTINUE = 100;
  private static final byte[] NOTHING = {};

  private final ResponseHeadParser parser;
  private final byte[] scratch;
  private byte[] held = NOTHING;
  private int heldLength;
  private int searched;
  private int interim;
  private boolean started;

  /**
   * @param scratch of at least {@link Buffers#SIZE}, free whenever {@link #read} is not running
   */
  ResponseHeadReader(ResponseHeadParser parser, byte[] scratch) {
    this.parser = parser;
    this.scratch = scratch;
  }

  void reset() {
    held = NOTHING;
    heldLength = 0;
    searched = 0;
    interim = 0;
    started = false;
  }

  /** Whether anything of an answer has come. */
  boolean started() {
    return started;
  }

  /**
   * Reads on with what {@code in} holds. Once a final head is whole, the parser holds it and {@code
   * in} what came behind it.
   *
   * @param onInterim called while the parser holds the head of an interim answer
   * @return whether the head is whole
   */
  boolean read(ByteBuffer in, Runnable onInterim) throws MalformedAnswerException {
    started = true;
    byte[] bytes = scratch;
    int to = in.remaining();
    if (heldLength == 0) {
      in.get(in.position(), scratch, 0, to);
    } else {
      append(in);
      if (!endIsHere()) {
        checkSize(heldLength);
        in.position(in.limit());
        return false;
      }
      bytes = held;
      to = heldLength;
    }
    int from = 0;
    while (true) {
      int end = parser.parse(bytes, from, to);
      if (end == ResponseHeadParser.INCOMPLETE) {
        hold(bytes, from, to);
        in.position(in.limit());
        return false;
      }
      checkSize(end - from);
      if (parser.status() >= 200 || parser.status() == SWITCHING_PROTOCOLS) {
        in.position(in.limit() - (to - end));
        heldLength = 0;
        return true;
      }
      checkInterim();
      onInterim.run();
      from = end;
    }
  }

  private void checkInterim() throws MalformedAnswerException {
    if (++interim > MAX_INTERIM) {
      throw new MalformedAnswerException("more than " + MAX_INTERIM + " interim answers");
    }
  }

  private void append(ByteBuffer in) {
    int more = in.remaining();
    if (held.length < heldLength + more) {
      held = Arrays.copyOf(held, Math.max(2 * held.length, heldLength + more));
    }
    in.get(in.position(), held, heldLength, more);
    heldLength += more;
  }

  private void hold(byte[] bytes, int from, int to) throws MalformedAnswerException {
    checkSize(to - from);
    held = Arrays.copyOfRange(bytes, from, to);
    heldLength = to - from;
    searched = 0;
  }

  private static void checkSize(int size) throws MalformedAnswerException {
    if (size > MAX_HEAD_BYTES) {
      throw new MalformedAnswerException("the head is longer than " + MAX_HEAD_BYTES + " bytes");
    }
  }

  private boolean endIsHere() {
    for (int i = Math.max(searched, 3); i < heldLength; i++) {
      if (held[i] == '\n' && held[i - 1] == '\r' && held[i - 2] == '\n' && held[i - 3] == '\r') {
        return true;
      }
    }
    searched = heldLength;
    return false;
  }
}
