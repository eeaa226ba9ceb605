package io.phalanx.node.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Whether what this process writes goes to systemd's journal, which has a time of its own for each
 * line and takes a priority in front of it ({@code JOURNAL_STREAM} in systemd.exec(5), {@code
 * SyslogLevelPrefix}, sd-daemon(3)).
 */
public final class Journal {
  /** In front of a line that tells of an error. */
  public static final String ERROR = "<3>";

  private Journal() {}

  /**
   * Whether a descriptor is the journal's stream. The variable alone does not say so: whoever
   * started this process may have sent its output elsewhere.
   *
   * @param descriptor 1 or 2
   */
  public static boolean isAt(Map<String, String> environment, int descriptor) {
    String stream = environment.getOrDefault("JOURNAL_STREAM", "");
    if (stream.isEmpty()) {
      return false;
    }
    try {
      Map<String, Object> own =
          Files.readAttributes(Path.of("/proc/self/fd/" + descriptor), "unix:dev,ino");
      return stream.equals(own.get("dev") + ":" + own.get("ino"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      return false;
    }
  }
}
