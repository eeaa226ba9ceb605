package io.phalanx.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A format of what is kept or sent, whose number stands in front.
 *
 * @param subject what is in that format, for errors
 * @param number what this release writes, and the only one that it reads
 */
public record Bytes(String subject, int number) {
  /** More of anything than any fleet has of it. */
  private static final int MOST = 10_000;

  /** Writes what is behind the number. */
  public interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads what is behind the number. */
  public interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  public byte[] write(Writer writer) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(number);
      writer.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalStateException if the bytes are of another format, or not what was written
   */
  public <T> T read(byte[] bytes, Reader<T> reader) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readByte();
      if (format != number) {
        throw new IllegalStateException(
            "%s are in format %d, this release knows %d".formatted(subject, format, number));
      }
      return reader.read(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException(subject + " cannot be read", e);
    }
  }

  /** A count, within bounds. */
  public static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MOST) {
      throw new IOException(count + " of something");
    }
    return count;
  }
}
