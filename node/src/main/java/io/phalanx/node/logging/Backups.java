package io.phalanx.node.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The ended log files beside the one that is written. {@code node.log} that ended at noon is {@code
 * node-2026-11-24T12-00-00.000.log}, with the time in UTC, and {@code .gz} behind it when
 * compressed: the names that Traefik gives, so that what ships or clears its logs finds these too.
 *
 * @param maxAge zero: of any age
 * @param maxCount zero: any number
 */
record Backups(Path active, Duration maxAge, int maxCount, boolean compress, InstantSource clock) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);
  private static final String COMPRESSED = ".gz";

  /** Being compressed; one that is left behind was broken off. */
  private static final String UNFINISHED = ".gz.part";

  private record Backup(Path path, Instant end) {
    boolean isCompressed() {
      return path.toString().endsWith(COMPRESSED);
    }
  }

  /** Takes the active file away under the name of a backup. */
  void add() throws IOException {
    Instant end = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    while (isTaken(end)) {
      end = end.plusMillis(1);
    }
    Files.move(active, named(end));
  }

  private boolean isTaken(Instant end) {
    return Files.exists(named(end)) || Files.exists(withEnding(named(end), COMPRESSED));
  }

  /** Deletes what is too old or too many and compresses the rest. May take seconds. */
  void tidy() throws IOException {
    List<Backup> backups = newestFirst();
    Instant oldest = maxAge.isZero() ? Instant.MIN : clock.instant().minus(maxAge);
    for (int i = 0; i < backups.size(); i++) {
      Backup backup = backups.get(i);
      boolean surplus = maxCount > 0 && i >= maxCount;
      if (surplus || backup.end().isBefore(oldest)) {
        Files.deleteIfExists(backup.path());
        Files.deleteIfExists(withEnding(backup.path(), UNFINISHED));
      } else if (compress && !backup.isCompressed()) {
        compress(backup.path());
      }
    }
  }

  private static void compress(Path file) throws IOException {
    Path unfinished = withEnding(file, UNFINISHED);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(unfinished))) {
      Files.copy(file, out);
    }
    Files.move(unfinished, withEnding(file, COMPRESSED), StandardCopyOption.REPLACE_EXISTING);
    Files.delete(file);
  }

  private List<Backup> newestFirst() throws IOException {
    if (!Files.isDirectory(directory())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .flatMap(file -> backup(file).stream())
          .sorted(Comparator.comparing(Backup::end).reversed())
          .toList();
    }
  }

  /** Empty for files that are none of ours. */
  private Optional<Backup> backup(Path file) {
    String name = String.valueOf(file.getFileName());
    String plain =
        name.endsWith(COMPRESSED) ? name.substring(0, name.length() - COMPRESSED.length()) : name;
    int length = plain.length() - extension().length();
    if (!plain.startsWith(prefix()) || !plain.endsWith(extension()) || length < prefix().length()) {
      return Optional.empty();
    }
    try {
      String time = plain.substring(prefix().length(), length);
      return Optional.of(
          new Backup(file, LocalDateTime.parse(time, TIME).toInstant(ZoneOffset.UTC)));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private Path named(Instant end) {
    return directory().resolve(prefix() + TIME.format(end) + extension());
  }

  private static Path withEnding(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  private Path directory() {
    return active.toAbsolutePath().resolveSibling("");
  }

  private String prefix() {
    String name = String.valueOf(active.getFileName());
    return name.substring(0, name.length() - extension().length()) + '-';
  }

  /** From the last dot on; empty without one. */
  private String extension() {
    String name = String.valueOf(active.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot);
  }
}
