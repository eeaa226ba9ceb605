package io.phalanx.node.hpack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the header blocks of one direction of a connection (RFC 7541) into an array. A name
 * remembers the last value that was put into the table for it, and no more is looked up: that finds
 * what repeats from message to message at the price of one comparison. Names whose value is another
 * each time stop being put there. Strings are written as they are; the Huffman code would save a
 * fifth of them, once, for several times the work.
 */
public final class HpackEncoder {
  private static final int OVERHEAD = 32;
  private static final int FIRST_ROOM = 512;
  private static final int LARGEST_KEPT = 16 * 1024;
  private static final int MISSES = 4;
  private static final int[] STATUSES = {200, 204, 206, 304, 400, 404, 500};

  private final FieldNames names;
  private final int ownLimit;
  private byte[] out = new byte[FIRST_ROOM];
  private int length;
  private boolean open;

  private int maxSize;
  private int smallestSince;
  private boolean sizeChanged;

  /** Sizes of the entries, by their number of order; those from {@code evicted} on are there. */
  private int[] sizes = new int[16];

  private int inserted;
  private int evicted;
  private int size;

  private @Nullable Remembered[] remembered = {};

  /** What the table holds for one name. */
  private static final class Remembered {
    private final FieldName name;
    private String value;
    private int number;
    private int misses;

    Remembered(FieldName name, String value, int number) {
      this.name = name;
      this.value = value;
      this.number = number;
    }
  }

  /**
   * @param ownLimit the most bytes of table that are used, whatever the receiver allows
   */
  public HpackEncoder(FieldNames names, int ownLimit) {
    this.names = names;
    this.ownLimit = ownLimit;
    this.maxSize = Math.min(HpackDecoder.FIRST_TABLE_SIZE, ownLimit);
    this.smallestSince = maxSize;
    this.sizeChanged = maxSize < HpackDecoder.FIRST_TABLE_SIZE;
  }

  /** The receiver told how much table it has. */
  public void limit(int receivers) {
    int newSize = Math.min(receivers, ownLimit);
    if (newSize != maxSize) {
      maxSize = newSize;
      smallestSince = Math.min(smallestSince, newSize);
      sizeChanged = true;
      evictTo(newSize);
    }
  }

  /**
   * Begins a block. One that was begun and not {@linkplain #end ended} is given up, and the table
   * starts anew.
   */
  public void begin() {
    length = 0;
    if (out.length > LARGEST_KEPT) {
      out = new byte[FIRST_ROOM];
    }
    if (open) {
      evictTo(0);
      smallestSince = 0;
      sizeChanged = true;
    }
    open = true;
    if (sizeChanged) {
      if (smallestSince < maxSize) {
        integer(0x20, 5, smallestSince);
      }
      integer(0x20, 5, maxSize);
    }
  }

  /** Ends the block, which is to be sent now, in front of any other. Returns its length. */
  public int end() {
    open = false;
    sizeChanged = false;
    smallestSince = maxSize;
    return length;
  }

  /** The array that holds the block, from its start; valid until the next {@link #begin}. */
  public byte[] bytes() {
    return out;
  }

  /** The name of a field, in whatever case it is written. */
  public FieldName name(String name) {
    return names.sent(name);
  }

  /** The pseudo-header of an answer. */
  public void status(int status) {
    for (int i = 0; i < 7; i++) {
      if (STATUSES[i] == status) {
        integer(0x80, 7, StaticTable.STATUS + i);
        return;
      }
    }
    field(names.sent(":status"), Integer.toString(status));
  }

  /**
   * Adds a field.
   *
   * @param known from {@link #name}, and used at once
   * @throws IllegalArgumentException if the value holds what would break a message apart somewhere
   */
  public void field(FieldName known, String value) {
    int fixed = known.staticIndex();
    if (fixed > 0 && fixed < StaticTable.STATUS && isFixed(fixed, known, value)) {
      return;
    }
    Remembered last = remembered(known);
    boolean there = last != null && last.number - evicted >= 0;
    if (last != null && there && last.value.equals(value)) {
      last.misses = 0;
      integer(0x80, 7, index(last.number));
      return;
    }
    int nameIndex = fixed > 0 || last == null || !there ? fixed : index(last.number);
    int more = known.length() + value.length() + OVERHEAD;
    boolean worthwhile =
        known.indexing() == FieldName.Indexing.WORTHWHILE
            && 2 * more <= maxSize
            && (last == null || last.misses < MISSES);
    if (worthwhile) {
      literal(0x40, 6, nameIndex, known, value);
      insert(more);
      remember(known, value, last);
    } else {
      boolean secret = known.indexing() == FieldName.Indexing.FORBIDDEN;
      literal(secret ? 0x10 : 0, 4, nameIndex, known, value);
    }
  }

  /** Methods, schemes and paths that both sides know from the start. */
  private boolean isFixed(int first, FieldName name, String value) {
    for (int i = first; StaticTable.name(i).text().equals(name.text()); i++) {
      if (StaticTable.value(i).equals(value)) {
        integer(0x80, 7, i);
        return true;
      }
    }
    return false;
  }

  private int index(int number) {
    return StaticTable.LENGTH + inserted - number;
  }

  private @Nullable Remembered remembered(FieldName name) {
    int id = name.id();
    Remembered known = id < remembered.length ? remembered[id] : null;
    return known != null && known.name == name ? known : null;
  }

  private void remember(FieldName name, String value, @Nullable Remembered last) {
    if (last != null) {
      last.value = value;
      last.number = inserted - 1;
      last.misses++;
      return;
    }
    int id = name.id();
    if (id >= remembered.length) {
      remembered = Arrays.copyOf(remembered, (id + 16) & ~15);
    }
    remembered[id] = new Remembered(name, value, inserted - 1);
  }

  private void insert(int more) {
    evictTo(maxSize - more);
    if (inserted - evicted == sizes.length) {
      int[] larger = new int[2 * sizes.length];
      for (int i = evicted; i != inserted; i++) {
        larger[i & (larger.length - 1)] = sizes[i & (sizes.length - 1)];
      }
      sizes = larger;
    }
    sizes[inserted++ & (sizes.length - 1)] = more;
    size += more;
  }

  private void evictTo(int most) {
    while (size > most) {
      size -= sizes[evicted++ & (sizes.length - 1)];
    }
  }

  private void literal(int pattern, int prefix, int nameIndex, FieldName name, String value) {
    integer(pattern, prefix, nameIndex);
    if (nameIndex == 0) {
      integer(0, 7, name.length());
      room(name.length());
      System.arraycopy(name.bytes(), 0, out, length, name.length());
      length += name.length();
    }
    integer(0, 7, value.length());
    text(value);
  }

  /**
   * The value byte by byte. What is cut off of a character beyond U+00FF cannot become a line break
   * unseen, because the bytes are looked at and not the characters.
   */
  @SuppressWarnings("deprecation") // The only way that copies no byte twice.
  private void text(String value) {
    int more = value.length();
    room(more);
    int from = length;
    value.getBytes(0, more, out, from);
    byte[] to = out;
    for (int i = from; i < from + more; i++) {
      byte b = to[i];
      if (b >= 0 && b <= '\r' && (b == '\r' || b == '\n' || b == 0)) {
        throw new IllegalArgumentException("a header value holds a character that may not be sent");
      }
    }
    length = from + more;
  }

  private void integer(int pattern, int prefix, int value) {
    room(6);
    int mask = (1 << prefix) - 1;
    if (value < mask) {
      out[length++] = (byte) (pattern | value);
      return;
    }
    out[length++] = (byte) (pattern | mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      out[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[length++] = (byte) rest;
  }

  private void room(int more) {
    if (out.length - length < more) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, length + more));
    }
  }
}
