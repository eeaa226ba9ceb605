package io.phalanx.node.buffering;

import io.phalanx.node.exchange.MemoryBound;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What bodies that are held whole may take up together. Files have no name from the moment that
 * they are opened: nobody finds them, and nothing is left of them when this process ends.
 *
 * @param memory of the beginnings
 * @param pieces of those on their way to and from files
 * @param disk of the files
 * @param directory of the files
 */
public record SpoolSpace(MemoryBound memory, MemoryBound pieces, MemoryBound disk, Path directory) {
  private static final long MOST = 8L << 30;
  private static final int PART = 4;

  /** With a quarter of what is free in the directory for temporary files now, but 8 GiB at most. */
  public static SpoolSpace of(MemoryBound memory) {
    Path directory = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    long free = 0;
    try {
      free = Files.getFileStore(directory).getUsableSpace();
    } catch (IOException _) {
      // Then there is none.
    }
    return new SpoolSpace(
        memory,
        MemoryBound.ofHeap(() -> {}),
        new MemoryBound(Math.min(MOST, free / PART), () -> {}),
        directory);
  }

  /** Waits for the disk. */
  FileChannel open() throws IOException {
    Path file = Files.createTempFile(directory, "phalanx-body-", ".tmp");
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Files.delete(file);
    return channel;
  }
}
