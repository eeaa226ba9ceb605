package io.phalanx.providers.file;

import io.phalanx.providers.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;

/** Files of a test, and what a provider makes of them. */
abstract class ProvidedFiles {
  @TempDir Path directory;

  FileOptions watched() {
    return new FileOptions(Optional.empty(), Optional.of(directory.toString()), true, false);
  }

  static FileOptions fileOptions(Path file, boolean watch) {
    return new FileOptions(Optional.of(file.toString()), Optional.empty(), watch, false);
  }

  Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  static String router(String name) {
    return "http:\n  routers:\n    " + name + ":\n      rule: Path(`/x`)\n      service: s\n";
  }

  static Set<String> routers(Snapshot snapshot) {
    return snapshot.config().http().routers().keySet();
  }

  static Predicate<Snapshot> routersAre(String... names) {
    return snapshot -> routers(snapshot).equals(Set.of(names));
  }

  static boolean hasProblems(Snapshot snapshot) {
    return !snapshot.problems().isEmpty();
  }
}
