package io.phalanx.it.fleet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a secret leaves where it lies in clear: its bytes, in either order, and lines of its Base64
 * text as Java keeps texts (one byte for a character, or two in either order).
 */
final class Traces {
  /** Characters of a line of PEM (RFC 7468). */
  private static final int LINE = 64;

  /** Of a line; short enough to be there in a copy that is cut otherwise. */
  private static final int PIECE = 40;

  /** As improbable to be there by chance as two names of one member are the same. */
  private static final int SHORTEST = 12;

  private static final int BLOCK = 1 << 20;

  private static final class Trace {
    /** Of what it would give away; the bytes are in no message. */
    private final String name;

    private final byte[] bytes;

    Trace(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
    }

    boolean isAt(byte[] block, int at, int end) {
      return bytes.length <= end - at
          && Arrays.equals(block, at, at + bytes.length, bytes, 0, bytes.length);
    }
  }

  private final Map<Integer, List<Trace>> byBegin = new HashMap<>();
  private int longest;

  /** A key's numbers, and its encoding as text. */
  Traces key(String name, PrivateKey key) {
    byte[] encoded = key.getEncoded();
    int from = encoded.length;
    for (BigInteger number : numbers(key)) {
      number(name, number);
      from = Math.min(from, indexOf(encoded, magnitude(number)));
    }
    String text = Base64.getEncoder().withoutPadding().encodeToString(encoded);
    // A character is made of six bits: the first of those that tell something.
    int character = (from * 8 + 5) / 6;
    while (character < text.length()) {
      int end = Math.min(text.length(), (character / LINE + 1) * LINE);
      text(name + ": a line of text", text.substring(character, Math.min(end, character + PIECE)));
      character = end;
    }
    return this;
  }

  /**
   * Without a sign, as Java, and what it encodes, has it; some of Java's arithmetic turns it round.
   */
  Traces number(String name, BigInteger number) {
    byte[] bytes = magnitude(number);
    return bytes(name + ": a number", bytes)
        .bytes(name + ": a number, the last byte first", reversed(bytes));
  }

  private static List<BigInteger> numbers(PrivateKey key) {
    return switch (key) {
      case ECPrivateKey ec -> List.of(ec.getS());
      case RSAPrivateCrtKey rsa ->
          List.of(
              rsa.getPrivateExponent(),
              rsa.getPrimeP(),
              rsa.getPrimeQ(),
              rsa.getPrimeExponentP(),
              rsa.getPrimeExponentQ(),
              rsa.getCrtCoefficient());
      default -> throw new IllegalArgumentException("no key of this test");
    };
  }

  private static byte[] magnitude(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private static int indexOf(byte[] whole, byte[] part) {
    for (int i = 0; i + part.length <= whole.length; i++) {
      if (Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new IllegalArgumentException("a key is not encoded by its numbers");
  }

  Traces text(String name, String text) {
    if (text.length() >= SHORTEST) {
      for (Charset charset : List.of(ISO_8859_1, UTF_16LE, UTF_16BE)) {
        bytes(name, text.getBytes(charset));
      }
    }
    return this;
  }

  Traces bytes(String name, byte[] bytes) {
    byBegin
        .computeIfAbsent(begin(bytes, 0), _ -> new ArrayList<>())
        .add(new Trace(name, bytes.clone()));
    longest = Math.max(longest, bytes.length);
    return this;
  }

  private static int begin(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  /** The names of those that are in a file. */
  Set<String> in(Path file) throws IOException {
    @SuppressWarnings({"unchecked", "rawtypes"}) // Made of lists of traces below.
    List<Trace>[] table = new List[1 << 16];
    byBegin.forEach((begin, traces) -> table[begin] = traces);
    var found = new TreeSet<String>();
    byte[] block = new byte[BLOCK + longest];
    try (InputStream in = Files.newInputStream(file)) {
      int there = in.readNBytes(block, 0, block.length);
      boolean ended = there < block.length;
      while (true) {
        int last = ended ? there - 1 : BLOCK;
        for (int i = 0; i < last; i++) {
          List<Trace> candidates = table[begin(block, i)];
          if (candidates != null) {
            for (Trace trace : candidates) {
              if (trace.isAt(block, i, there)) {
                found.add(trace.name);
              }
            }
          }
        }
        if (ended) {
          return found;
        }
        int rest = there - BLOCK;
        System.arraycopy(block, BLOCK, block, 0, rest);
        int read = in.readNBytes(block, rest, BLOCK);
        there = rest + read;
        ended = read < BLOCK;
      }
    }
  }
}
