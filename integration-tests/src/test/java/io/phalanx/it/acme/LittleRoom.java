package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.NodeProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A data directory that is a file system of its own, which can be full. */
final class LittleRoom {
  private static final String MOUNTED =
      "mount -t tmpfs -o size=2m tmpfs \"$1\" && shift && exec \"$@\"";

  private LittleRoom() {}

  /** A command in front of that of a node, whose file system nobody else sees. */
  static List<String> command(Path data) throws IOException {
    Files.createDirectories(data);
    return List.of(
        "unshare", "--map-root-user", "--mount", "sh", "-c", MOUNTED, "sh", data.toString());
  }

  /** What the node sees as its data directory. */
  static Path seenBy(NodeProcess node, Path data) {
    return Path.of("/proc", Long.toString(node.pid()), "root", data.toString());
  }

  private static Path filler(NodeProcess node, Path data) {
    return seenBy(node, data).resolve("filler");
  }

  static void fill(NodeProcess node, Path data) throws IOException {
    try (OutputStream out = Files.newOutputStream(filler(node, data))) {
      while (true) {
        out.write(new byte[1 << 12]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  static void makeRoom(NodeProcess node, Path data) throws IOException {
    Files.delete(filler(node, data));
  }
}
