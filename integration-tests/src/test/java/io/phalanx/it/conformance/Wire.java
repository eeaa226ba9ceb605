package io.phalanx.it.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** HTTP/1.1 as bytes, read without judging it. */
final class Wire {
  private static final int SHOWN = 4096;

  private Wire() {}

  static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    int before = 0;
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended within a line");
      }
      if (before == '\r' && next == '\n') {
        String text = line.toString(ISO_8859_1);
        return text.substring(0, text.length() - 1);
      }
      line.write(next);
      before = next;
    }
  }

  /** Header lines until the empty one, names in lower case. */
  static List<List<String>> fields(InputStream in) throws IOException {
    var fields = new ArrayList<List<String>>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("no header line: " + line);
      }
      fields.add(
          List.of(
              line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
              line.substring(colon + 1).strip()));
    }
    return fields;
  }

  /** The value of the last line with this name; empty if there is none. */
  static String field(List<List<String>> fields, String name) {
    String value = "";
    for (List<String> field : fields) {
      value = field.getFirst().equals(name) ? field.getLast() : value;
    }
    return value;
  }

  /** Belongs to whoever read it. */
  static final class Body {
    static final Body NONE = new Body(new byte[0], List.of());

    private final byte[] bytes;
    private final List<List<String>> trailers;

    Body(byte[] bytes, List<List<String>> trailers) {
      this.bytes = bytes;
      this.trailers = trailers;
    }

    byte[] bytes() {
      return bytes;
    }

    List<List<String>> trailers() {
      return trailers;
    }
  }

  /**
   * @param untilEnd whether a body without any framing goes to the end of the connection
   */
  static Body body(InputStream in, List<List<String>> fields, boolean untilEnd) throws IOException {
    if (field(fields, "transfer-encoding").equalsIgnoreCase("chunked")) {
      return chunks(in);
    }
    String length = field(fields, "content-length");
    if (!length.isEmpty()) {
      return new Body(exactly(in, Integer.parseInt(length)), List.of());
    }
    return untilEnd ? new Body(in.readAllBytes(), List.of()) : Body.NONE;
  }

  private static Body chunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      String head = line(in);
      int size = Integer.parseInt(head.split(";", 2)[0].strip(), 16);
      if (size == 0) {
        return new Body(body.toByteArray(), fields(in));
      }
      body.write(exactly(in, size));
      exactly(in, 2);
    }
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the connection ended within a body");
    }
    return bytes;
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** A body as it stands in the cases: text if it is short and can be printed, else its hash. */
  static String shown(byte[] bytes) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (bytes.length <= SHOWN && text.codePoints().allMatch(Wire::isPrintable)) {
        return text;
      }
    } catch (CharacterCodingException _) {
      // Shown by its hash.
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      String start = HexFormat.of().formatHex(hash).substring(0, 16);
      return "<" + bytes.length + " bytes sha256 " + start + ">";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isPrintable(int c) {
    return c == ' '
        || c == '\r'
        || c == '\n'
        || c == '\t'
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SPACE_SEPARATOR ->
              false;
          default -> true;
        };
  }

  /** Text with the escapes of Python's string literals, as the bytes it stands for. */
  static byte[] unescaped(String text) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        out.write(c);
        continue;
      }
      char kind = text.charAt(++i);
      if (kind == 'x') {
        out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else if (kind >= '0' && kind <= '7') {
        int end = i + 1;
        while (end < text.length() && end < i + 3 && "01234567".indexOf(text.charAt(end)) >= 0) {
          end++;
        }
        out.write(Integer.parseInt(text.substring(i, end), 8));
        i = end - 1;
      } else {
        int known = "abfnrtv\\'\"".indexOf(kind);
        out.write(known < 0 ? '\\' : "\u0007\b\f\n\r\t\u000b\\'\"".charAt(known));
        if (known < 0) {
          out.write(kind);
        }
      }
    }
    return out.toByteArray();
  }

  /** As Python's gzip module writes it, without a time: cases know the hash. */
  static byte[] gzip(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try {
      out.write(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 2, (byte) 0xff});
      try (var deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
        deflater.setInput(plain);
        deflater.finish();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
          out.write(buffer, 0, deflater.deflate(buffer));
        }
      }
      var crc = new CRC32();
      crc.update(plain);
      for (long number : new long[] {crc.getValue(), plain.length}) {
        for (int shift = 0; shift < 32; shift += 8) {
          out.write((int) (number >> shift));
        }
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
