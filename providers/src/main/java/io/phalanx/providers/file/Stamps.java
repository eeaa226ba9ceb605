package io.phalanx.providers.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Whether a file can be other than it was when it was read, by what its file system tells of it:
 * who looks every few seconds would read a hundred thousand routers for nothing. Used by one
 * thread.
 */
final class Stamps {
  /**
   * Times of files may be no finer than this; what was read so soon after a change may miss another
   * one of the same moment. FAT has two seconds.
   */
  private static final Duration COARSEST = Duration.ofSeconds(2);

  /** The time of the last change of anything cannot be set back, unlike that of the content. */
  private static final String ALL = "unix:ctime,lastModifiedTime,size,ino,dev";

  /**
   * @param since when it was seen first
   * @param settled whether the file was read after all that could have the same attributes
   */
  private record Seen(Map<String, Object> attributes, long since, boolean settled) {}

  private final LongSupplier nanoTime;
  private final Map<Path, Seen> last = new HashMap<>();

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  Stamps(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** To be asked before it is read: if this is false it has to be. */
  boolean isUnchanged(Path path) {
    Optional<Map<String, Object>> attributes = attributes(path);
    if (attributes.isEmpty()) {
      last.remove(path);
      return false;
    }
    long now = nanoTime.getAsLong();
    Seen before = last.get(path);
    if (before == null || !before.attributes().equals(attributes.get())) {
      last.put(path, new Seen(attributes.get(), now, false));
      return false;
    }
    if (!before.settled() && now - before.since() > COARSEST.toNanos()) {
      last.put(path, new Seen(before.attributes(), before.since(), true));
    }
    return before.settled();
  }

  void forgetAllBut(Set<Path> files) {
    last.keySet().retainAll(files);
  }

  /** Empty where a file system cannot tell. */
  private static Optional<Map<String, Object>> attributes(Path path) {
    try {
      return Optional.of(Files.readAttributes(path, ALL));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
