package io.phalanx.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What archives are made of. While it is the same, they need not be made again. */
final class Inputs {
  private final List<Path> files = new ArrayList<>();
  private final String rest;

  Inputs(Path project, Path target, String version) throws IOException {
    Path node = project.resolveSibling("node");
    files.add(node.resolve("target/phalanx-node.jar"));
    files.add(node.resolve("jvm.options"));
    files.add(target.resolve(BillOfMaterials.FILE));
    for (Path folder :
        List.of(
            node.resolve("target/lib"),
            project.resolve("src/main"),
            project.resolve("target/classes"))) {
      Tree.below(folder).stream().filter(Files::isRegularFile).forEach(files::add);
    }
    this.rest = target + " " + version + ' ' + Runtime.version() + System.getProperty("java.home");
  }

  boolean areThoseOf(Path archive) throws IOException {
    Path file = fileFor(archive);
    return Files.exists(file) && Files.readString(file).equals(digest());
  }

  void writeFor(Path archive) throws IOException {
    Files.writeString(fileFor(archive), digest());
  }

  private static Path fileFor(Path archive) {
    return archive.resolveSibling(archive.getFileName() + ".inputs");
  }

  private String digest() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(rest.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      for (Path file : files) {
        digest.update(file.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
