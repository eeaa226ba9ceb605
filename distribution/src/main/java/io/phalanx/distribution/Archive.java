package io.phalanx.distribution;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Archives whose bytes depend on what is packed alone: of root, in order of names, at one time. */
final class Archive {
  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;

  private Archive() {}

  static void tarGz(Path root, Path file, Instant time) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        var gzip = new BestGzip(out);
        var tar = new TarArchiveOutputStream(gzip, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Path path : Tree.below(root)) {
        put(tar, root.relativize(path).toString(), path, time);
      }
    }
  }

  private static void put(TarArchiveOutputStream tar, String name, Path path, Instant time)
      throws IOException {
    TarArchiveEntry entry;
    if (Files.isSymbolicLink(path)) {
      entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      entry.setLinkName(Files.readSymbolicLink(path).toString());
    } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      entry = new TarArchiveEntry(name + "/");
      entry.setMode(EXECUTABLE);
    } else {
      entry = new TarArchiveEntry(name);
      entry.setMode(Files.isExecutable(path) ? EXECUTABLE : READABLE);
      entry.setSize(Files.size(path));
    }
    entry.setIds(0, 0);
    entry.setNames("root", "root");
    entry.setLastModifiedTime(FileTime.from(time));
    tar.putArchiveEntry(entry);
    if (!entry.isDirectory() && !entry.isSymbolicLink()) {
      Files.copy(path, tar);
    }
    tar.closeArchiveEntry();
  }

  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
