package io.phalanx.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The licences and notices of what is inside: those that each jar has, and those that the build
 * keeps for jars without.
 */
final class Licences {
  private static final Pattern FILE =
      Pattern.compile("([^/]*/){0,2}[^/]*(LICEN[SC]E|NOTICE|COPYING)[^/]*(?<!\\.class)");
  private static final String TEXT_THAT_IS_KEPT = "Apache-2.0";

  private final Path kept;
  private final Path to;

  private Licences(Path kept, Path to) {
    this.kept = kept;
    this.to = to;
  }

  /**
   * @param kept texts by the names of libraries, and of licences
   * @throws IOException also if a library has no licence that is known
   */
  static void write(Path kept, Path image, BillOfMaterials bom) throws IOException {
    var licences = new Licences(kept, Files.createDirectories(image.resolve("share/licenses")));
    var index = new StringBuilder();
    for (BillOfMaterials.Library library : bom.libraries()) {
      licences.write(image.resolve("lib/" + library.jar()), library);
      index.append(library.name()).append(' ').append(library.version()).append(": ");
      index.append(String.join(" or ", library.licences())).append('\n');
    }
    for (String text : List.of("Apache-2.0.txt", "LGPL-2.1.txt")) {
      Files.copy(kept.resolve(text), licences.to.resolve(text));
    }
    index.append("Java runtime: GPL-2.0 with Classpath exception, see runtime/java.base\n");
    Files.writeString(licences.to.resolve("LIBRARIES"), index);
    Files.move(image.resolve("runtime/legal"), licences.to.resolve("runtime"));
  }

  private void write(Path jar, BillOfMaterials.Library library) throws IOException {
    Path folder = to.resolve(library.name());
    boolean any = false;
    try (var zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().<ZipEntry>map(entry -> entry).toList()) {
        if (FILE.matcher(entry.getName()).matches()) {
          Files.createDirectories(folder);
          String name = entry.getName().replaceFirst("^META-INF/", "").replace('/', '-');
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, folder.resolve(name));
          }
          any = true;
        }
      }
    }
    Path ours = kept.resolve(library.name() + ".txt");
    if (Files.exists(ours)) {
      Files.createDirectories(folder);
      Files.copy(ours, folder.resolve("LICENSE-of-" + library.name() + ".txt"));
    } else if (!any && !library.licences().contains(TEXT_THAT_IS_KEPT)) {
      throw new IOException(
          jar.getFileName()
              + " has no file with its licence ("
              + library.licences()
              + "): write one to "
              + ours);
    }
  }
}
