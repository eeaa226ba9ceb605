package io.phalanx.providers.file;

import io.phalanx.providers.tree.Default;
import java.util.Optional;

/**
 * Options of the provider {@code file}.
 *
 * @param directory wins over {@code filename}
 * @param debugLogGeneratedTemplate whether rendered templates are logged
 */
public record FileOptions(
    Optional<String> filename,
    Optional<String> directory,
    @Default("true") boolean watch,
    boolean debugLogGeneratedTemplate) {
  public FileOptions {
    filename = filename.filter(given -> !given.isBlank());
    directory = directory.filter(given -> !given.isBlank());
    if (filename.isEmpty() && directory.isEmpty()) {
      throw new IllegalArgumentException("needs a directory or a filename");
    }
  }
}
