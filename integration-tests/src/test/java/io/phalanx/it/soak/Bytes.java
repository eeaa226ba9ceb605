package io.phalanx.it.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Messages of HTTP/1.1 as bytes, for both ends. */
final class Bytes {
  private Bytes() {}

  /** A head up to its empty line; empty if nothing more comes. */
  static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    int last = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.write(b);
      last = last << 8 | b;
      if (last == 0x0d0a0d0a) {
        return head.toString(ISO_8859_1);
      }
    }
    return "";
  }

  /** Reads the body that the head announces; returns its length. */
  static long skipBody(String head, InputStream in) throws IOException {
    String lower = head.toLowerCase(Locale.ROOT);
    if (lower.contains("\r\ntransfer-encoding: chunked")) {
      return skipChunks(in);
    }
    int at = lower.indexOf("\r\ncontent-length: ");
    if (at < 0) {
      return 0;
    }
    int start = at + "\r\ncontent-length: ".length();
    long length = Long.parseLong(lower.substring(start, lower.indexOf('\r', start)));
    in.skipNBytes(length);
    return length;
  }

  /** The body whose length the head announces. */
  static String body(String head, InputStream in) throws IOException {
    String lower = head.toLowerCase(Locale.ROOT);
    int start = lower.indexOf("\r\ncontent-length: ") + "\r\ncontent-length: ".length();
    int length = Integer.parseInt(lower.substring(start, lower.indexOf('\r', start)));
    return new String(in.readNBytes(length), ISO_8859_1);
  }

  private static long skipChunks(InputStream in) throws IOException {
    long sum = 0;
    while (true) {
      int size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
      if (size == 0) {
        while (!line(in).isEmpty()) {
          // Trailers.
        }
        return sum;
      }
      in.skipNBytes(size + 2L);
      sum += size;
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("within a line");
      }
      line.append((char) b);
    }
    return line.toString().strip();
  }

  /** What makes a peer a slow one. */
  static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }
}
