package io.phalanx.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that others read while they change. */
public final class TextFile {
  private TextFile() {}

  /** Whoever reads the file finds the old text or the new one, whole. */
  public static void replace(Path file, String text) throws IOException {
    Path fresh = Files.writeString(file.resolveSibling("." + file.getFileName() + ".new"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
