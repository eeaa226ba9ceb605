package io.phalanx.distribution;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar.gz whose bytes depend on what is packed alone: all is of root, and of one time. */
final class Archive implements Closeable {
  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;
  private static final int BUFFER = 1 << 16;

  private final TarArchiveOutputStream tar;
  private final Instant time;
  private final Set<String> directories = new HashSet<>();

  Archive(OutputStream out, Instant time) throws IOException {
    this.tar = new TarArchiveOutputStream(new GZIPOutputStream(out, BUFFER), "UTF-8");
    this.tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    this.time = time;
  }

  /** All below a folder. */
  static void write(Path root, Path file, Instant time) throws IOException {
    try (var archive = new Archive(Files.newOutputStream(file), time)) {
      for (Path path : Tree.below(root)) {
        archive.put(root.relativize(path).toString(), path);
      }
    }
  }

  /** A file, a folder without what is in it, or a link. */
  void put(String name, Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      link(name, Files.readSymbolicLink(path).toString());
    } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      directories(name);
    } else {
      begin(name, Files.size(path), Files.isExecutable(path));
      Files.copy(path, tar);
      tar.closeArchiveEntry();
    }
  }

  void put(String name, String content, boolean executable) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    begin(name, bytes.length, executable);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  void link(String name, String target) throws IOException {
    var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    begin(entry);
    tar.closeArchiveEntry();
  }

  /** A folder and those above it, as far as they are not there yet. */
  void directories(String name) throws IOException {
    for (int end = name.indexOf('/'); end != -1; end = name.indexOf('/', end + 1)) {
      directory(name.substring(0, end));
    }
    directory(name);
  }

  private void directory(String name) throws IOException {
    if (directories.add(name)) {
      var entry = new TarArchiveEntry(name + '/');
      entry.setMode(EXECUTABLE);
      begin(entry);
      tar.closeArchiveEntry();
    }
  }

  private void begin(String name, long size, boolean executable) throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setMode(executable ? EXECUTABLE : READABLE);
    entry.setSize(size);
    begin(entry);
  }

  private void begin(TarArchiveEntry entry) throws IOException {
    entry.setIds(0, 0);
    entry.setNames("root", "root");
    entry.setLastModifiedTime(FileTime.from(time));
    tar.putArchiveEntry(entry);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
