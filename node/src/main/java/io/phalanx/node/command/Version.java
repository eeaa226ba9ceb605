package io.phalanx.node.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build this is. */
public record Version(String phalanx, String java) {
  /** Reads what the build wrote down. */
  public static Version current() {
    var properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/phalanx-version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Version(properties.getProperty("version", "unknown"), Runtime.version().toString());
  }

  /** What {@code phalanx version} prints. */
  public String text() {
    return "Phalanx " + phalanx + " (Java " + java + ')';
  }
}
