package io.phalanx.node.http2;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The streams of one thread of whose bodies something lies here, the one first of which nothing was
 * read for longest. That one is given up where others find no room.
 */
final class HeldBodies {
  private final SequencedSet<Http2Stream> streams = new LinkedHashSet<>();

  void add(Http2Stream stream) {
    streams.add(stream);
  }

  /** Something was read of it, or nobody will. */
  void read(Http2Stream stream, boolean isLeft) {
    streams.remove(stream);
    if (isLeft) {
      streams.addLast(stream);
    }
  }

  /** Gives up the one that lies for longest. Returns whether there was one. */
  boolean giveUpOne() {
    if (streams.isEmpty()) {
      return false;
    }
    streams.removeFirst().giveUp();
    return true;
  }
}
