package io.phalanx.providers.file;

import io.phalanx.providers.Provider;
import io.phalanx.providers.ProviderType;
import io.phalanx.providers.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Dynamic configuration from one file or from all files of a directory, watched.
 *
 * <p>Certificate and key files that the configuration names are read and watched, too, wherever
 * they lie.
 *
 * <p>A mistake takes down as little as it can: at first an object with a mistake is left out and
 * named; later the last good version of the file that has one stays as a whole. Without {@code
 * watch} nobody will mend a file while the node runs: then a file that cannot be read at all keeps
 * the whole provider out, as in Traefik.
 */
public final class FileProvider implements Provider {
  public static final ProviderType<FileOptions> TYPE =
      new ProviderType<>(
          "file", "file", FileOptions.class, options -> new FileProvider(options, System.getenv()));

  private final FileOptions options;
  private final ConfigFiles files;

  FileProvider(FileOptions options, Map<String, String> environment) {
    this.options = options;
    Path root =
        Path.of(options.directory().or(options::filename).orElseThrow())
            .toAbsolutePath()
            .normalize();
    this.files = new ConfigFiles(root, options, environment);
  }

  @Override
  public void run(Consumer<Snapshot> out) throws IOException, InterruptedException {
    if (!options.watch()) {
      files.read().ifPresent(out);
      Thread.currentThread().join();
      return;
    }
    try (var changes = FileChanges.watch(files.watchedDirectory(), files.isDirectory())) {
      while (true) {
        Optional<Snapshot> read = files.read();
        if (changes.alsoWatch(files.furtherDirectories())) {
          // What changed before they were watched would be noticed late.
          read = files.read();
        }
        read.ifPresent(out);
        changes.await();
      }
    }
  }
}
