package io.phalanx.node.admin;

import java.io.IOException;
import java.nio.file.Path;

/** Another node that is running has the same data directory. */
public final class DataDirectoryInUseException extends IOException {
  DataDirectoryInUseException(Path dataDirectory) {
    super("another node that is running uses the data directory " + dataDirectory);
  }
}
