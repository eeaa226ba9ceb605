package io.phalanx.cluster.disk;

import java.io.IOException;
import java.nio.file.Path;

/** Another process has the directory for itself. */
public final class InUseException extends IOException {
  InUseException(Path directory) {
    super("another node uses " + directory + "; each needs a dataDir of its own");
  }
}
