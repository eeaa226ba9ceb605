package io.phalanx.providers.file;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which files of a directory are configuration. */
final class Directory {
  static final int MAX_DEPTH = 20;
  static final int MAX_FILES = 10_000;

  private Directory() {}

  /**
   * All configuration files of a directory and its sub-directories, sorted.
   *
   * @throws IOException if it cannot be listed, or holds too many
   */
  static List<Path> files(Path root) throws IOException {
    var paths = new ArrayList<Path>();
    Files.walkFileTree(
        root,
        Set.of(FileVisitOption.FOLLOW_LINKS),
        MAX_DEPTH,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && isConfiguration(file)) {
              paths.add(file);
            }
            if (paths.size() > MAX_FILES) {
              throw new IOException(
                  root + " holds more than " + MAX_FILES + " configuration files");
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemLoopException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    Collections.sort(paths);
    return paths;
  }

  private static boolean isConfiguration(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".yml")
        || name.endsWith(".yaml")
        || name.endsWith(".toml")
        || name.endsWith(".json");
  }
}
