package io.phalanx.node.tcp;

import java.nio.ByteBuffer;

/**
 * The word by which PostgreSQL clients ask for TLS before they begin with it (SSLRequest of
 * PostgreSQL's frontend/backend protocol), and the one that lets them.
 */
public final class Postgres {
  public static final byte LEAVE = 'S';

  private static final ByteBuffer QUESTION =
      ByteBuffer.wrap(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f}).asReadOnlyBuffer();

  private Postgres() {}

  /** What the first bytes of a connection are. */
  public enum Word {
    /** The question, perhaps with more behind it. */
    ASKS_FOR_TLS,
    /** It may become the question. */
    PART,
    OTHER
  }

  /** The question, to be sent. */
  public static ByteBuffer question() {
    return QUESTION.duplicate();
  }

  /** Reads what came so far; the buffer stays as it is. */
  public static Word read(ByteBuffer bytes) {
    int length = QUESTION.remaining();
    int there = Math.min(bytes.remaining(), length);
    if (!bytes.slice(bytes.position(), there).equals(QUESTION.slice(0, there))) {
      return Word.OTHER;
    }
    return there < length ? Word.PART : Word.ASKS_FOR_TLS;
  }
}
