package io.phalanx.cluster.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.secrets.OffHeap;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * What makes a process a member: 32 random bytes, the same on all nodes of a fleet. Everything that
 * members prove to each other is derived from it. Never part of a log, an error, a {@code toString}
 * or a dump of the heap.
 */
public final class FleetKey {
  private static final int LENGTH = 32;
  private static final int ID_BYTES = 4;

  /** A fleet has one, two while it changes it. */
  private static final int MOST = 8;

  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final OffHeap bytes;

  private FleetKey(byte[] bytes) {
    this.bytes = OffHeap.taken(bytes);
  }

  public static FleetKey generate() {
    byte[] bytes = new byte[LENGTH];
    new SecureRandom().nextBytes(bytes);
    return new FleetKey(bytes);
  }

  /**
   * @param text 32 bytes in Base64, as {@link #text} writes them; blanks around it do not count
   * @throws IllegalArgumentException if it is not that; the message does not hold the text
   */
  public static FleetKey parse(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text.strip());
    } catch (IllegalArgumentException _) {
      bytes = new byte[0];
    }
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "a fleet key is 32 bytes in Base64; `phalanx fleet key` makes one");
    }
    return new FleetKey(bytes);
  }

  /**
   * @param text keys, apart by blanks, commas or the ends of lines; the first one is the fleet's
   *     own, the others are accepted beside it
   * @throws IllegalArgumentException if there is none, one twice, more than {@value #MOST}, or
   *     something else; the message does not hold the text
   */
  public static List<FleetKey> parseAll(String text) {
    List<FleetKey> keys =
        Arrays.stream(text.split("[\\s,]+"))
            .filter(word -> !word.isEmpty())
            .map(FleetKey::parse)
            .toList();
    if (keys.isEmpty()) {
      return List.of(parse(""));
    }
    if (keys.size() > MOST) {
      throw new IllegalArgumentException("at most " + MOST + " fleet keys, not " + keys.size());
    }
    if (Set.copyOf(keys).size() < keys.size()) {
      throw new IllegalArgumentException("the same fleet key is there twice");
    }
    return keys;
  }

  /**
   * Reads keys, as {@link #parseAll} does, from a file that only its owner can open.
   *
   * @throws IOException if the file cannot be read, is open to others or holds no key
   */
  public static List<FleetKey> readAll(Path file) throws IOException {
    String text = textOf(file);
    try {
      return parseAll(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("the fleet key file " + file + " holds no key: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a key from a file that only its owner can open.
   *
   * @throws IOException if the file cannot be read, is open to others or holds no key
   */
  public static FleetKey read(Path file) throws IOException {
    String text = textOf(file);
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("the fleet key file " + file + " holds no key: " + e.getMessage(), e);
    }
  }

  private static String textOf(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("the fleet key file " + file + " is not there or cannot be read");
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(OF_OTHERS::contains)) {
      throw new IOException(
          "the fleet key file "
              + file
              + " is open to others; make it its owner's alone: chmod 600 "
              + file);
    }
    return Files.readString(file);
  }

  /**
   * Writes the key to a new file that only its owner can open.
   *
   * @throws FileAlreadyExistsException if there is such a file: it may be a fleet's key
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text() + System.lineSeparator());
  }

  /**
   * Reads the key that a file keeps, and makes one if there is no such file yet. The file is there
   * with all that is in it or not at all.
   *
   * @throws IOException if it can be neither read nor made, is open to others or holds no key
   */
  public static FleetKey keptIn(Path file) throws IOException {
    if (Files.exists(file)) {
      return read(file);
    }
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Path made = Path.of(file + "." + Long.toHexString(new SecureRandom().nextLong()));
    try {
      generate().write(made);
      Files.createLink(file, made);
    } catch (FileAlreadyExistsException _) {
      // Another process was faster.
    } finally {
      Files.deleteIfExists(made);
    }
    return read(file);
  }

  /** The key as it is written to a file. */
  public String text() {
    return bytes.lend(Base64.getEncoder()::encodeToString);
  }

  /** Eight hexadecimal digits that tell this key from others and say nothing about it. */
  public String id() {
    return HexFormat.of().formatHex(derive("phalanx key id 1", ID_BYTES));
  }

  /** Bytes for one purpose, which tell nothing of the key and of others (HKDF, RFC 5869). */
  byte[] derive(String purpose, int length) {
    return bytes.lend(
        key -> {
          try {
            return KDF.getInstance("HKDF-SHA256")
                .deriveData(
                    HKDFParameterSpec.ofExtract()
                        .addIKM(key)
                        .thenExpand(purpose.getBytes(UTF_8), length));
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                "this Java lacks the cryptography that members need", e);
          }
        });
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FleetKey that && bytes.equals(that.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  @Override
  public String toString() {
    return "FleetKey[********]";
  }
}
