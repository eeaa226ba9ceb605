package io.phalanx.cluster.quota;

import io.phalanx.cluster.disk.UnusableException;
import io.phalanx.cluster.quota.AccountFormat.Kept;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a {@link QuotaLog}: the number of its format, a byte, then records, each with the
 * length of what follows behind its sum (CRC-32C), four bytes each. What follows is a key's length,
 * a byte, the key, and what is to be merged with what was read of it before.
 */
final class QuotaFile {
  static final String NAME = "log";
  static final String UNFINISHED = "log.new";

  /** The last file that was damaged; another one takes its place. */
  static final String DAMAGED = "log.damaged";

  private static final Logger LOG = LoggerFactory.getLogger(QuotaFile.class);
  private static final int HEAD = 2 * Integer.BYTES;

  /** More than any account takes. */
  private static final int LONGEST = 1 << 24;

  private static final int CHUNK = 1 << 16;

  private QuotaFile() {}

  static byte[] record(String key, Kept kept) {
    return record(key, AccountFormat.bytes(kept));
  }

  private static byte[] record(String key, byte[] kept) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    ByteBuffer record = ByteBuffer.allocate(HEAD + 1 + name.length + kept.length);
    record.position(HEAD).put((byte) name.length).put(name).put(kept);
    record.putInt(0, record.limit() - HEAD).putInt(Integer.BYTES, sum(record.position(HEAD)));
    return record.array();
  }

  private static int sum(ByteBuffer bytes) {
    var sum = new CRC32C();
    sum.update(bytes.duplicate());
    return (int) sum.getValue();
  }

  /**
   * Writes all that may still count.
   *
   * @param left told what is not
   * @return how many bytes
   */
  static long write(
      FileChannel file, Map<String, byte[]> accounts, long now, BiConsumer<String, byte[]> left)
      throws IOException {
    var chunk = new ByteArrayOutputStream(CHUNK);
    chunk.write(AccountFormat.NUMBER);
    long written = 0;
    for (Map.Entry<String, byte[]> account : accounts.entrySet()) {
      Kept kept = AccountFormat.kept(account.getValue());
      if (kept.known().isOver(kept.quota(), now)) {
        left.accept(account.getKey(), account.getValue());
      } else {
        chunk.writeBytes(record(account.getKey(), account.getValue()));
      }
      if (chunk.size() > CHUNK) {
        written += flush(file, chunk);
      }
    }
    return written + flush(file, chunk);
  }

  private static int flush(FileChannel file, ByteArrayOutputStream chunk) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(chunk.toByteArray());
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
    chunk.reset();
    return bytes.limit();
  }

  /**
   * Tells all records to {@code each}, in order.
   *
   * @throws UnusableException if the format is not known
   */
  static void read(Path directory, BiConsumer<String, Kept> each) throws IOException {
    Path path = directory.resolve(NAME);
    if (!Files.exists(path) || Files.size(path) == 0) {
      return;
    }
    if (Files.size(path) > Integer.MAX_VALUE) {
      setAside(path, 0, "it is too long");
      return;
    }
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      int format = bytes.get();
      if (format != AccountFormat.NUMBER) {
        throw new UnusableException(
            "%s is in format %d, this release knows %d"
                .formatted(path, format, AccountFormat.NUMBER));
      }
      read(path, bytes, each);
    }
  }

  private static void read(Path path, ByteBuffer bytes, BiConsumer<String, Kept> each)
      throws IOException {
    while (bytes.hasRemaining()) {
      int start = bytes.position();
      if (bytes.remaining() < HEAD) {
        torn(path, start, bytes);
        return;
      }
      int length = bytes.getInt();
      int sum = bytes.getInt();
      boolean isLength = length > 1 && length <= LONGEST;
      if (isLength && length > bytes.remaining()) {
        torn(path, start, bytes);
        return;
      }
      if (!isLength || sum(bytes.slice(bytes.position(), length)) != sum) {
        if ((isLength && length == bytes.remaining()) || isZero(bytes.position(start))) {
          torn(path, start, bytes);
        } else {
          setAside(path, start, "what stands there is not what was written");
        }
        return;
      }
      ByteBuffer record = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
      tell(path, start, record, each);
    }
  }

  private static void tell(Path path, int start, ByteBuffer record, BiConsumer<String, Kept> each) {
    byte[] key = new byte[Math.min(record.get() & 0xff, record.remaining())];
    record.get(key);
    byte[] kept = new byte[record.remaining()];
    record.get(kept);
    try {
      each.accept(new String(key, StandardCharsets.UTF_8), AccountFormat.kept(kept));
    } catch (IllegalStateException e) {
      throw new UnusableException(path + ", byte " + start + ": " + e.getMessage(), e);
    }
  }

  private static boolean isZero(ByteBuffer bytes) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static void torn(Path path, int start, ByteBuffer bytes) {
    LOG.info(
        "{}: the last record is not whole ({} bytes) and is dropped", path, bytes.limit() - start);
  }

  private static void setAside(Path path, int start, String reason) throws IOException {
    Path aside = path.resolveSibling(DAMAGED);
    Files.copy(path, aside, StandardCopyOption.REPLACE_EXISTING);
    LOG.error(
        "{}: damaged from byte {} on: {}; what stands before is taken, what may have been counted"
            + " behind is not. It is set aside as {}",
        path,
        start,
        reason,
        aside);
  }
}
