package io.phalanx.distribution;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;

/** The Java that is packed: of the JDK that builds, the modules that a node needs. */
final class RuntimeImage {
  /** What jdeps finds, without java.desktop, and what is looked for by name. */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.scripting",
          "java.security.jgss",
          "java.security.sasl",
          "java.sql",
          "java.transaction.xa",
          "java.xml",
          "jdk.httpserver",
          "jdk.management",
          "jdk.naming.dns",
          "jdk.net",
          "jdk.unsupported");

  private RuntimeImage() {}

  /**
   * The modules are not compressed: the archive is smaller so, and starts are faster. What jlink
   * would generate for method handles is in the AOT caches, and has its debug information stripped
   * or not, as the order of jlink's plugins happens to be.
   */
  static void link(Path runtime) throws IOException {
    var log = new StringWriter();
    var out = new PrintWriter(log);
    int status =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new IOException("this Java has no jlink: a JDK is needed"))
            .run(
                out,
                out,
                "--add-modules",
                String.join(",", MODULES),
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--disable-plugin",
                "generate-jli-classes",
                "--vm",
                "server",
                "--output",
                runtime.toString());
    if (status != 0) {
      throw new IOException("jlink failed: " + log);
    }
  }
}
