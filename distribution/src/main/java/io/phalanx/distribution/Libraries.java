package io.phalanx.distribution;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * The jars of a node, and one that names the others, in the order in which Java looks into them.
 */
final class Libraries {
  /** A node's own classes: some of them stand in the place of libraries' ones. */
  private static final String FIRST = "phalanx-node.jar";

  private static final String NAMES_THE_OTHERS = "phalanx.jar";

  /** The native code of one platform has a jar of its own; this one's is for another. */
  private static final Pattern OTHER_JAR = Pattern.compile("native-linux-aarch64-.*\\.jar");

  private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib)");
  private static final Pattern NATIVE_HERE =
      Pattern.compile("(.*[-/])?linux[-/](x86_64|amd64)[./].*");

  private Libraries() {}

  static void copy(Path target, Path lib) throws IOException {
    Files.createDirectories(lib);
    repack(target.resolve(FIRST), lib.resolve(FIRST));
    var names = new ArrayList<>(List.of(FIRST));
    for (Path jar : Packaging.sorted(target.resolve("lib"))) {
      String name = jar.getFileName().toString();
      if (!OTHER_JAR.matcher(name).matches()) {
        repack(jar, lib.resolve(name));
        names.add(name);
      }
    }
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", names));
    try (OutputStream file = Files.newOutputStream(lib.resolve(NAMES_THE_OTHERS));
        var jar = new ZipOutputStream(file)) {
      jar.putNextEntry(entry(JarFile.MANIFEST_NAME));
      manifest.write(jar);
    }
  }

  /** Leaves out native code of other platforms. */
  private static void repack(Path from, Path to) throws IOException {
    try (var in = new ZipFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        var out = new ZipOutputStream(file)) {
      // The archive compresses them together, and starts need not inflate them.
      out.setLevel(Deflater.NO_COMPRESSION);
      // Java looks for the manifest among the first.
      List<? extends ZipEntry> entries =
          in.stream()
              .filter(entry -> !entry.isDirectory() && isFor(entry.getName()))
              .sorted(
                  Comparator.<ZipEntry, Boolean>comparing(
                          entry -> !entry.getName().equals(JarFile.MANIFEST_NAME))
                      .thenComparing(ZipEntry::getName))
              .toList();
      for (ZipEntry entry : entries) {
        out.putNextEntry(entry(entry.getName()));
        in.getInputStream(entry).transferTo(out);
      }
    }
  }

  private static ZipEntry entry(String name) {
    var entry = new ZipEntry(name);
    // The first that the format has, which says nothing.
    entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
    return entry;
  }

  static boolean isFor(String entry) {
    return !NATIVE.matcher(entry).matches() || NATIVE_HERE.matcher(entry).matches();
  }
}
