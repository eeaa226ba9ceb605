package io.phalanx.node.hpack;

import java.util.Arrays;

/**
 * The Huffman code of RFC 7541, Appendix B, for reading. Eight bits are looked up at once: in the
 * table, a positive entry is a symbol and the number of its bits among these eight, a negative one
 * the next table for longer codes.
 */
final class Huffman {
  /**
   * The lengths of the codes of the 256 symbols and of the end, A for 5 bits. They are all there is
   * to know: the codes are given in the order of length and symbol.
   */
  private static final String LENGTHS =
      "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
          + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
          + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS"
          + "VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV"
          + "Z";

  private static final int END = 256;
  private static final int SHORTEST = 5;
  private static final int LONGEST = 30;

  private static final int[] TABLE = table();

  private Huffman() {}

  private static int[] table() {
    int[] table = new int[256];
    int code = 0;
    for (int length = SHORTEST; length <= LONGEST; length++) {
      code <<= 1;
      for (int symbol = 0; symbol <= END; symbol++) {
        if (LENGTHS.charAt(symbol) - 'A' + SHORTEST == length) {
          table = with(table, symbol, code++, length);
        }
      }
    }
    return table;
  }

  private static int[] with(int[] before, int symbol, int code, int length) {
    int[] table = before;
    int base = 0;
    int left = length;
    while (left > 8) {
      int at = base + (code >>> (left - 8) & 0xff);
      if (table[at] == 0) {
        table[at] = -table.length;
        table = Arrays.copyOf(table, table.length + 256);
      }
      base = -table[at];
      left -= 8;
    }
    if (symbol != END) { // Nobody may send the end: its entry stays 0.
      int first = base + (code << (8 - left) & 0xff);
      Arrays.fill(table, first, first + (1 << (8 - left)), symbol << 4 | left);
    }
    return table;
  }

  /** The most bytes that {@code length} bytes of code may stand for. */
  static int mostOf(int length) {
    return (int) (length * 8L / SHORTEST);
  }

  /**
   * Decodes into {@code out}, from its start; there must be room.
   *
   * @return the number of bytes
   */
  static int decode(byte[] in, int from, int to, byte[] out) throws HpackException {
    int[] entries = TABLE;
    int written = 0;
    int base = 0;
    int current = 0;
    int bits = 0;
    int sinceSymbol = 0;
    for (int i = from; i < to; i++) {
      current = current << 8 | (in[i] & 0xff);
      bits += 8;
      sinceSymbol += 8;
      while (bits >= 8) {
        int entry = entries[base + (current >>> (bits - 8) & 0xff)];
        if (entry > 0) {
          out[written++] = (byte) (entry >>> 4);
          bits -= entry & 0xf;
          sinceSymbol = bits;
          base = 0;
        } else if (entry < 0) {
          base = -entry;
          bits -= 8;
        } else {
          throw new HpackException("the end of a string is spelt out");
        }
      }
    }
    while (bits > 0) {
      int entry = entries[base + (current << (8 - bits) & 0xff)];
      if (entry <= 0 || (entry & 0xf) > bits) {
        break;
      }
      out[written++] = (byte) (entry >>> 4);
      bits -= entry & 0xf;
      sinceSymbol = bits;
      base = 0;
    }
    int padding = (1 << bits) - 1;
    if (sinceSymbol > 7 || (current & padding) != padding) {
      throw new HpackException("a string ends with what is no padding");
    }
    return written;
  }
}
