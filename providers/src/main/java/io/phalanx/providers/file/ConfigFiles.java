package io.phalanx.providers.file;

import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Http;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** The files of one provider and the last good version of each. Used by one thread. */
final class ConfigFiles {
  static final int MAX_DIRECTORY_DEPTH = 20;
  static final int MAX_FILES = 10_000;

  private final Path root;
  private final boolean directory;
  private final boolean watch;
  private final ConfigFileReader reader;
  private final Map<Path, ConfigFile> known = new HashMap<>();

  ConfigFiles(Path root, FileOptions options, Map<String, String> environment) {
    this.root = root;
    this.directory = options.directory().isPresent();
    this.watch = options.watch();
    this.reader = new ConfigFileReader(environment, options.debugLogGeneratedTemplate());
  }

  boolean isDirectory() {
    return directory;
  }

  Path watchedDirectory() {
    Path parent = root.getParent();
    return directory || parent == null ? root : parent;
  }

  /**
   * Everything that the files say now; empty if that must not be served.
   *
   * @throws IOException if the directory cannot be listed
   */
  Optional<Snapshot> read() throws IOException {
    List<Path> paths = paths();
    known.keySet().retainAll(Set.copyOf(paths));
    var problems = new ArrayList<Problem>();
    var files = new LinkedHashMap<Path, DynamicConfig>();
    boolean unreadable = false;
    for (Path path : paths) {
      Optional<ConfigFile> before = Optional.ofNullable(known.get(path));
      ConfigFile now = reader.read(path, before);
      known.put(path, now);
      problems.addAll(now.problems());
      unreadable |= now.unreadable();
      files.put(path, now.config());
    }
    if (unreadable && !watch) {
      return Optional.of(new Snapshot(DynamicConfig.EMPTY, problems));
    }
    return Optional.of(new Snapshot(merged(files, problems), problems));
  }

  private List<Path> paths() throws IOException {
    if (!directory) {
      return List.of(root);
    }
    var paths = new ArrayList<Path>();
    Files.walkFileTree(
        root,
        Set.of(FileVisitOption.FOLLOW_LINKS),
        MAX_DIRECTORY_DEPTH,
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

  /** Of two objects of the same name the one in the first file counts. */
  private static DynamicConfig merged(
      SequencedMap<Path, DynamicConfig> files, List<Problem> problems) {
    var routers = new Merge<>("http.routers", Http::routers, problems);
    var services = new Merge<>("http.services", Http::services, problems);
    var middlewares = new Merge<>("http.middlewares", Http::middlewares, problems);
    var transports = new Merge<>("http.serversTransports", Http::serversTransports, problems);
    files.forEach(
        (path, config) -> {
          for (Merge<?> merge : List.of(routers, services, middlewares, transports)) {
            merge.add(path, config.http());
          }
        });
    return new DynamicConfig(
        new Http(routers.objects, services.objects, middlewares.objects, transports.objects));
  }

  private static final class Merge<T> {
    private final String section;
    private final java.util.function.Function<Http, Map<String, T>> objectsOf;
    private final List<Problem> problems;
    private final Map<String, T> objects = new LinkedHashMap<>();
    private final Map<String, Path> sources = new HashMap<>();

    Merge(
        String section,
        java.util.function.Function<Http, Map<String, T>> objectsOf,
        List<Problem> problems) {
      this.section = section;
      this.objectsOf = objectsOf;
      this.problems = problems;
    }

    void add(Path path, Http http) {
      objectsOf
          .apply(http)
          .forEach(
              (name, object) -> {
                if (objects.putIfAbsent(name, object) == null) {
                  sources.put(name, path);
                } else {
                  problems.add(
                      new Problem(
                          path.toString(),
                          0,
                          section + '.' + name,
                          "is defined in " + sources.get(name) + " already; that one counts"));
                }
              });
    }
  }
}
