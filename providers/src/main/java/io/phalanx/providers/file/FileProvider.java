package io.phalanx.providers.file;

import io.phalanx.providers.Checker;
import io.phalanx.providers.Provider;
import io.phalanx.providers.ProviderType;
import io.phalanx.providers.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Dynamic configuration from one file or from all files of a directory, watched.
 *
 * <p>Certificate and key files that the configuration names are read and watched, too, wherever
 * they lie.
 *
 * <p>A mistake takes down as little as it can: at first an object with a mistake is left out and
 * named; later the last good version of the file that has one stays as a whole. Mistakes are those
 * of the text and those that the checker finds, see {@link Selection}. Without {@code watch} files
 * are read again only when the node is told to: then a file that cannot be read at all at the start
 * keeps the whole provider out, as in Traefik.
 */
public final class FileProvider implements Provider {
  public static final ProviderType<FileOptions> TYPE =
      new ProviderType<>(
          "file",
          "file",
          FileOptions.class,
          (options, checker) -> new FileProvider(options, System.getenv(), checker));

  private final boolean watch;
  private final boolean isDirectory;
  private final Path root;
  private final ConfigFiles files;

  /** Permits to read files again that are not watched. */
  private final Semaphore again = new Semaphore(0);

  FileProvider(FileOptions options, Map<String, String> environment, Checker checker) {
    this.watch = options.watch();
    this.isDirectory = options.directory().isPresent();
    this.root =
        Path.of(options.directory().or(options::filename).orElseThrow())
            .toAbsolutePath()
            .normalize();
    this.files =
        new ConfigFiles(
            () -> isDirectory ? Directory.files(root) : List.of(root),
            watch,
            new ConfigFileReader(
                environment, options.debugLogGeneratedTemplate(), new Stamps(System::nanoTime)),
            checker);
  }

  /** All configuration files of a directory, as a provider with that directory reads them. */
  public static List<Path> filesOf(Path directory) throws IOException {
    return Directory.files(directory.toAbsolutePath().normalize());
  }

  /** What a provider that starts with these files would give. */
  public static Snapshot read(List<Path> files, Map<String, String> environment, Checker checker)
      throws IOException {
    var reader = new ConfigFileReader(environment, false, new Stamps(System::nanoTime));
    return new ConfigFiles(() -> files, true, reader, checker).read();
  }

  @Override
  public void run(Consumer<Snapshot> out) throws IOException, InterruptedException {
    if (!watch) {
      while (true) {
        out.accept(files.read());
        again.acquire();
      }
    }
    Path watched = isDirectory ? root : Optional.ofNullable(root.getParent()).orElse(root);
    try (var changes = FileChanges.watch(watched, isDirectory)) {
      while (true) {
        Snapshot read = files.read();
        if (changes.alsoWatch(files.furtherDirectories())) {
          // What changed before they were watched would be noticed late.
          read = files.read();
        }
        out.accept(read);
        changes.await();
      }
    }
  }

  @Override
  public void readAgain() {
    again.release();
  }

  @Override
  public Optional<String> obstacle() {
    return Files.isReadable(root)
        ? Optional.empty()
        : Optional.of(root + " is not there or cannot be read");
  }
}
