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
  private final Path project;
  private final Path target;
  private final String version;
  private final Instant time;

  private Packaging(Path project, Path target, String version, Instant time) {
    this.project = project;
    this.target = target;
    this.version = version;
    this.time = time;
  }

  /**
   * @param arguments the folder of this module, where archives are to be, the version, and the time
   *     that all files get
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    new Packaging(
            Path.of(arguments[0]).toAbsolutePath().normalize(),
            Path.of(arguments[1]).toAbsolutePath().normalize(),
            arguments[2],
            Instant.parse(arguments[3]))
        .run();
  }

  private void run() throws IOException, InterruptedException {
    Path archive = target.resolve("phalanx-" + version + "-linux-x64.tar.gz");
    Path debian = target.resolve("phalanx_" + version + "_amd64.deb");
    if (!Files.exists(target.resolve(BillOfMaterials.FILE))) {
      throw new IOException(
          BillOfMaterials.FILE
              + " is missing: Maven leaves out the plugin that writes it when it is called with"
              + " --offline (-o). Build once without.");
    }
    var inputs = new Inputs(project, target, version);
    if (Files.exists(archive) && Files.exists(debian) && inputs.areThoseOf(archive)) {
      return;
    }
    Path root = emptied(target.resolve("image"));
    Path image = root.resolve("phalanx-" + version);
    fill(project, image, version, time);
    AotCaches.train(image, emptied(target.resolve("training")));
    Tree.touch(image, time);
    Archive.write(root, archive, time);
    Path unit = project.resolve("src/main/systemd/phalanx.service");
    DebianPackage.write(image, unit, version, debian, time);
    inputs.writeFor(archive);
  }

  /** Makes all but the caches, the same bytes from the same input (docs/decisions/0022). */
  static void fill(Path project, Path image, String version, Instant time) throws IOException {
    Path node = project.resolveSibling("node");
    Tree.copy(project.resolve("src/main/image"), image);
    Tree.copy(project.resolve("src/main/systemd"), image.resolve("share/systemd"));
    Libraries.copy(node.resolve("target"), image.resolve("lib"));
    Options.write(node.resolve("jvm.options"), image.resolve("lib"));
    Files.writeString(image.resolve("VERSION"), version + "\n");
    Completions.write(image.resolve("share"));
    ManPage.write(image.resolve("share/man/man1/phalanx.1"), version, time);
    RuntimeImage.link(image.resolve("runtime"));
    var bom = BillOfMaterials.read(project.resolve("target").resolve(BillOfMaterials.FILE));
    Licences.write(project.resolve("src/main/licenses"), image, bom);
    bom.write(image.resolve("phalanx.cdx.json"));
    Tree.touch(image, time);
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
