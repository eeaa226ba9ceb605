package io.phalanx.cluster.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory that only its owner can open, and only one process at a time has for itself. */
public final class OwnDirectory implements Closeable {
  private static final String LOCK = "lock";
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final FileChannel lock;

  private OwnDirectory(FileChannel lock) {
    this.lock = lock;
  }

  /**
   * @param directory it is made if it is not there, and those above it
   * @throws InUseException if another process uses it
   * @throws IOException if it cannot be used
   */
  public static OwnDirectory open(Path directory) throws IOException {
    make(directory);
    FileChannel lock =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() != null) {
        return new OwnDirectory(lock);
      }
    } catch (OverlappingFileLockException _) {
      // By this very process.
    }
    lock.close();
    throw new InUseException(directory);
  }

  /** One that only its owner can open, if it is not there. */
  public static void make(Path directory) throws IOException {
    Files.createDirectories(directory, PRIVATE);
  }

  /** What is written beside its place ends with it; such a file was not finished. */
  public static final String UNFINISHED = ".new";

  /**
   * Writes a file beside its place and moves it there, so that it is the old one or the new one
   * whenever the machine stops. On disk when this returns.
   *
   * @throws IOException that names the file; nothing is left behind then
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    try {
      Path unfinished =
          Files.createTempFile(file.getParent(), file.getFileName().toString(), UNFINISHED);
      try {
        fill(unfinished, bytes);
        place(unfinished, file);
      } catch (IOException e) {
        // It takes room that the next try needs.
        Files.deleteIfExists(unfinished);
        throw e;
      }
    } catch (IOException e) {
      throw new IOException(file + " cannot be written: " + reason(e), e);
    }
  }

  private static void fill(Path unfinished, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
  }

  /** Without the name of the file that was not finished, which is another one each time. */
  private static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "its directory is not there";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException of when of.getReason() != null -> of.getReason();
      default -> String.valueOf(failure.getMessage());
    };
  }

  /** Puts a file that is on the disk in the place of another one. Done when this returns. */
  public static void place(Path unfinished, Path file) throws IOException {
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel parent = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      parent.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
