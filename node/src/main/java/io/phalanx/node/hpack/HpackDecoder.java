package io.phalanx.node.hpack;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header blocks of one direction of a connection (RFC 7541). What the table holds is used
 * again as it is, so a field that is only pointed at costs nothing; how many there may be is for
 * the {@link FieldSink} to bound.
 */
public final class HpackDecoder {
  /** What both sides begin with (RFC 9113, section 6.5.2). */
  public static final int FIRST_TABLE_SIZE = 4096;

  private static final int OVERHEAD = 32;
  private static final int FIRST_SLOTS = 16;
  private static final int MAX_INTEGER_SHIFT = 21;
  private static final int LARGEST_KEPT = 16 * 1024;

  private final FieldNames names;
  private byte[] scratch = new byte[256];
  private int maxSize;
  private int allowedSize;
  private boolean updateDue;

  /** The entries as a ring; the newest is at {@code newest}. */
  private @Nullable Entry[] ring = new @Nullable Entry[FIRST_SLOTS];

  private int newest;
  private int count;
  private int size;

  private byte[] in = scratch;
  private int at;
  private int end;
  private boolean wellFormed;

  private record Entry(FieldName name, String value, boolean wellFormed, int size) {}

  /**
   * @param allowedSize the most bytes of table that the sender will be told to use
   */
  public HpackDecoder(FieldNames names, int allowedSize) {
    this.names = names;
    this.maxSize = FIRST_TABLE_SIZE;
    this.allowedSize = Math.max(FIRST_TABLE_SIZE, allowedSize);
  }

  /**
   * The sender knows by now how large the table may be. If that is less than before, its next block
   * begins by saying so (RFC 7541, section 4.2).
   */
  public void limit(int size) {
    allowedSize = size;
    updateDue = maxSize > size;
  }

  /**
   * Reads one whole block.
   *
   * @throws HpackException if it is none; the decoder cannot be used any more
   */
  public void decode(byte[] bytes, int from, int to, FieldSink sink) throws HpackException {
    in = bytes;
    at = from;
    end = to;
    while (at < end && (in[at] & 0xe0) == 0x20) {
      resize(integer(5));
    }
    if (updateDue) {
      throw new HpackException("the size of the table was not reduced");
    }
    while (at < end) {
      int first = in[at];
      if ((first & 0x80) != 0) {
        indexed(integer(7), sink);
      } else if ((first & 0x40) != 0) {
        FieldName name = name(integer(6));
        String value = value();
        sink.field(name, value, wellFormed);
        insert(name, value);
      } else if ((first & 0x20) != 0) {
        throw new HpackException("the size of the table changes behind a field");
      } else {
        FieldName name = name(integer(4));
        String value = value();
        sink.field(name, value, wellFormed);
      }
    }
  }

  private void indexed(int index, FieldSink sink) throws HpackException {
    if (index > StaticTable.LENGTH) {
      Entry entry = entry(index);
      sink.field(entry.name, entry.value, entry.wellFormed);
    } else if (index > 0) {
      sink.field(StaticTable.name(index), StaticTable.value(index), true);
    } else {
      throw new HpackException("the index 0");
    }
  }

  private Entry entry(int index) throws HpackException {
    int age = index - StaticTable.LENGTH - 1;
    Entry entry = age < count ? ring[(newest - age) & (ring.length - 1)] : null;
    if (entry == null) {
      throw new HpackException("an index beyond the table");
    }
    return entry;
  }

  private FieldName name(int index) throws HpackException {
    if (index > StaticTable.LENGTH) {
      return entry(index).name;
    }
    if (index > 0) {
      return StaticTable.name(index);
    }
    boolean coded = isCoded();
    int length = integer(7);
    int from = take(length);
    if (!coded) {
      return names.received(in, from, from + length);
    }
    int decoded = decoded(from, length);
    return names.received(scratch, 0, decoded);
  }

  private String value() throws HpackException {
    boolean coded = isCoded();
    int length = integer(7);
    int from = take(length);
    byte[] bytes = in;
    if (coded) {
      length = decoded(from, length);
      bytes = scratch;
      from = 0;
    }
    wellFormed = isWellFormed(bytes, from, from + length);
    String value = length == 0 ? "" : new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    if (scratch.length > LARGEST_KEPT) {
      scratch = new byte[FIRST_TABLE_SIZE];
    }
    return value;
  }

  private static boolean isWellFormed(byte[] bytes, int from, int to) {
    if (from < to && (isBlank(bytes[from]) || isBlank(bytes[to - 1]))) {
      return false;
    }
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private boolean isCoded() throws HpackException {
    if (at == end) {
      throw new HpackException("a string is missing");
    }
    return in[at] < 0;
  }

  private int take(int length) throws HpackException {
    if (length > end - at) {
      throw new HpackException("a string is longer than its block");
    }
    int from = at;
    at += length;
    return from;
  }

  private int decoded(int from, int length) throws HpackException {
    int most = Huffman.mostOf(length);
    if (scratch.length < most) {
      scratch = new byte[Math.max(most, 2 * scratch.length)];
    }
    return Huffman.decode(in, from, from + length, scratch);
  }

  /** RFC 7541, section 5.1. */
  private int integer(int prefix) throws HpackException {
    int mask = (1 << prefix) - 1;
    int value = in[at++] & mask;
    if (value < mask) {
      return value;
    }
    for (int shift = 0; shift <= MAX_INTEGER_SHIFT; shift += 7) {
      if (at == end) {
        throw new HpackException("a number is cut short");
      }
      int next = in[at++];
      value += (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new HpackException("a number is too large");
  }

  private void resize(int newSize) throws HpackException {
    if (newSize > allowedSize) {
      throw new HpackException("a table larger than allowed");
    }
    updateDue = false;
    maxSize = newSize;
    evictTo(newSize);
  }

  private void evictTo(int most) {
    while (size > most) {
      int oldest = (newest - count + 1) & (ring.length - 1);
      Entry evicted = ring[oldest];
      ring[oldest] = null;
      count--;
      size -= evicted == null ? 0 : evicted.size;
    }
  }

  private void insert(FieldName name, String value) {
    int more = name.length() + value.length() + OVERHEAD;
    if (more > maxSize) {
      evictTo(0);
      return;
    }
    evictTo(maxSize - more);
    if (count == ring.length) {
      grow();
    }
    newest = (newest + 1) & (ring.length - 1);
    ring[newest] = new Entry(name, value, wellFormed, more);
    count++;
    size += more;
  }

  private void grow() {
    @Nullable Entry[] larger = Arrays.copyOf(ring, 2 * ring.length);
    for (int i = 0; i < count; i++) {
      larger[i] = ring[(newest - count + 1 + i) & (ring.length - 1)];
    }
    Arrays.fill(larger, count, larger.length, null);
    ring = larger;
    newest = count - 1;
  }
}
