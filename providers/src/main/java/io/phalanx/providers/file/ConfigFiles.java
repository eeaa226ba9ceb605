package io.phalanx.providers.file;

import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Http;
import io.phalanx.providers.dynamic.Tls;
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
import java.util.function.Function;

/** The files of one provider and the last good version of each. Used by one thread. */
final class ConfigFiles {
  static final int MAX_DIRECTORY_DEPTH = 20;
  static final int MAX_FILES = 10_000;

  private final Path root;
  private final boolean directory;
  private final boolean watch;
  private final ConfigFileReader reader;
  private final Map<Path, ConfigFile> known = new HashMap<>();
  private final CertificateFiles certificates = new CertificateFiles();

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

  /** Where other files lie that the configuration names. */
  Set<Path> furtherDirectories() {
    return certificates.directories();
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
    certificates.begin();
    for (Path path : paths) {
      Optional<ConfigFile> before = Optional.ofNullable(known.get(path));
      ConfigFile now = reader.read(path, before);
      known.put(path, now);
      problems.addAll(now.problems());
      unreadable |= now.unreadable();
      files.put(path, certificates.withContents(path, now.config(), problems));
    }
    certificates.end();
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
    var routers = new Merge<>("http.routers", config -> config.http().routers(), problems);
    var services = new Merge<>("http.services", config -> config.http().services(), problems);
    var middlewares =
        new Merge<>("http.middlewares", config -> config.http().middlewares(), problems);
    var transports =
        new Merge<>(
            "http.serversTransports", config -> config.http().serversTransports(), problems);
    var options = new Merge<>("tls.options", config -> config.tls().options(), problems);
    var stores = new Merge<>("tls.stores", config -> config.tls().stores(), problems);
    var certificates = new ArrayList<Tls.Certificate>();
    files.forEach(
        (path, config) -> {
          for (Merge<?> merge :
              List.of(routers, services, middlewares, transports, options, stores)) {
            merge.add(path, config);
          }
          certificates.addAll(config.tls().certificates());
        });
    return new DynamicConfig(
        new Http(routers.objects, services.objects, middlewares.objects, transports.objects),
        new Tls(certificates, options.objects, stores.objects));
  }

  private static final class Merge<T> {
    private final String section;
    private final Function<DynamicConfig, Map<String, T>> objectsOf;
    private final List<Problem> problems;
    private final Map<String, T> objects = new LinkedHashMap<>();
    private final Map<String, Path> sources = new HashMap<>();

    Merge(
        String section, Function<DynamicConfig, Map<String, T>> objectsOf, List<Problem> problems) {
      this.section = section;
      this.objectsOf = objectsOf;
      this.problems = problems;
    }

    void add(Path path, DynamicConfig config) {
      objectsOf
          .apply(config)
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
