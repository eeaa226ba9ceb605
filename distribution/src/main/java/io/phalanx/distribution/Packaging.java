package io.phalanx.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Makes the archive, in the order in which its parts need each other. */
final class Packaging {
  private final Path source;
  private final Path target;
  private final String version;
  private final Instant time;

  private Packaging(Path project, String version, Instant time) {
    this.source = project.resolve("src/main/image");
    this.target = project.resolve("target");
    this.version = version;
    this.time = time;
  }

  /**
   * @param arguments the folder of this module, the version, and the time that all files get
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path project = Path.of(arguments[0]).toAbsolutePath().normalize();
    new Packaging(project, arguments[1], Instant.parse(arguments[2])).run(project);
  }

  private void run(Path project) throws IOException, InterruptedException {
    Path node = project.resolveSibling("node");
    String name = "phalanx-" + version;
    Path root = emptied(target.resolve("image"));
    Path image = root.resolve(name);
    Tree.copy(source, image);
    Libraries.copy(node.resolve("target"), image.resolve("lib"));
    Options.write(node.resolve("jvm.options"), image.resolve("lib"));
    Files.writeString(image.resolve("VERSION"), version + "\n");
    RuntimeImage.link(image.resolve("runtime"));
    // The JVM compares the times of jars with those that it saw when it made a cache.
    Tree.touch(image, time);
    AotCaches.train(image, emptied(target.resolve("training")));
    Tree.touch(image, time);
    Archive.tarGz(root, target.resolve("phalanx-" + version + "-linux-x64.tar.gz"), time);
  }

  private static Path emptied(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    return Files.createDirectories(directory);
  }

  /** The names of what is in a folder, in an order that does not depend on the machine. */
  static List<Path> sorted(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted(Comparator.comparing(file -> file.getFileName().toString())).toList();
    }
  }
}
