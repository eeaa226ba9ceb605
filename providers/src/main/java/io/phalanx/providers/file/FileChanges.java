package io.phalanx.providers.file;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells when something changed under a directory, its sub-directories included. Also looks by
 * itself every few seconds, for file systems that tell nothing and for links that now lead
 * elsewhere.
 */
final class FileChanges implements AutoCloseable {
  /** An editor writes in several steps: what comes within this time is one change. */
  private static final Duration QUIET = Duration.ofMillis(50);

  /** How long changes that do not come to rest are waited for: a log may lie beside the files. */
  private static final Duration RESTLESS = Duration.ofMillis(250);

  private static final Duration RESCAN = Duration.ofSeconds(5);

  private final WatchService watcher;
  private final Path root;
  private final boolean recursive;
  private Set<Path> further = Set.of();

  private FileChanges(WatchService watcher, Path root, boolean recursive) {
    this.watcher = watcher;
    this.root = root;
    this.recursive = recursive;
  }

  static FileChanges watch(Path root, boolean recursive) throws IOException {
    var changes = new FileChanges(root.getFileSystem().newWatchService(), root, recursive);
    changes.register();
    return changes;
  }

  /**
   * From now on also tells of other directories, without their sub-directories, in the place of
   * those before.
   *
   * @return whether there are new ones
   */
  boolean alsoWatch(Set<Path> directories) {
    boolean added = !further.containsAll(directories);
    further = Set.copyOf(directories);
    if (added) {
      registerFurther();
    }
    return added;
  }

  private void registerFurther() {
    for (Path directory : further) {
      try {
        register(directory);
      } catch (IOException _) {
        // What cannot be watched is still looked at every few seconds.
      }
    }
  }

  private void register() throws IOException {
    registerFurther();
    if (!recursive) {
      register(root);
      return;
    }
    Files.walkFileTree(
        root,
        Set.of(java.nio.file.FileVisitOption.FOLLOW_LINKS),
        Directory.MAX_DEPTH,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            register(directory);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Each time anew: a name may stand for another directory by now. */
  private void register(Path directory) throws IOException {
    try {
      directory.register(watcher, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
    } catch (NoSuchFileException _) {
      // Gone since it was listed. When it comes back, its parent or the next look tells.
    }
  }

  /**
   * Waits until something changed and it has been quiet for a moment, or never quiet for a while,
   * or until it is time to look anyway.
   */
  void await() throws InterruptedException, IOException {
    @Nullable WatchKey key = watcher.poll(RESCAN.toMillis(), TimeUnit.MILLISECONDS);
    long end = System.nanoTime() + RESTLESS.toNanos();
    while (key != null) {
      key.pollEvents();
      key.reset();
      if (System.nanoTime() - end >= 0) {
        break;
      }
      key = watcher.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS);
    }
    register();
  }

  @Override
  public void close() throws IOException {
    watcher.close();
  }
}
