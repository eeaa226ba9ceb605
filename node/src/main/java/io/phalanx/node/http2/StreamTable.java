package io.phalanx.node.http2;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open streams by their number: a hash table without boxes. */
final class StreamTable {
  private static final int FIRST_SLOTS = 16;

  private @Nullable Http2Stream[] slots = new @Nullable Http2Stream[FIRST_SLOTS];
  private int size;

  /** The stream, or null if it is not open. */
  @Nullable Http2Stream get(int id) {
    int mask = slots.length - 1;
    for (int at = slot(id, mask); ; at = (at + 1) & mask) {
      Http2Stream stream = slots[at];
      if (stream == null || stream.id() == id) {
        return stream;
      }
    }
  }

  void add(Http2Stream stream) {
    if (2 * (size + 1) > slots.length) {
      @Nullable Http2Stream[] before = slots;
      slots = new @Nullable Http2Stream[2 * before.length];
      for (Http2Stream kept : before) {
        if (kept != null) {
          put(kept);
        }
      }
    }
    put(stream);
    size++;
  }

  private void put(Http2Stream stream) {
    int mask = slots.length - 1;
    int at = slot(stream.id(), mask);
    while (slots[at] != null) {
      at = (at + 1) & mask;
    }
    slots[at] = stream;
  }

  /** Returns whether it was there. */
  boolean remove(Http2Stream stream) {
    int mask = slots.length - 1;
    int at = slot(stream.id(), mask);
    while (slots[at] != stream) {
      if (slots[at] == null) {
        return false;
      }
      at = (at + 1) & mask;
    }
    slots[at] = null;
    size--;
    // Those behind it may have been pushed there by it.
    for (at = (at + 1) & mask; ; at = (at + 1) & mask) {
      Http2Stream moved = slots[at];
      if (moved == null) {
        return true;
      }
      slots[at] = null;
      put(moved);
    }
  }

  /** Numbers of one side are two apart. */
  private static int slot(int id, int mask) {
    return (id >>> 1) & mask;
  }

  int size() {
    return size;
  }

  List<Http2Stream> all() {
    var all = new ArrayList<Http2Stream>(size);
    for (Http2Stream stream : slots) {
      if (stream != null) {
        all.add(stream);
      }
    }
    return all;
  }
}
