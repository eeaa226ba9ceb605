package io.phalanx.distribution;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The caches with which a start takes less time (JEP 483 and 515), made with the runtime and the
 * jars that are packed: one for nodes, one for commands.
 */
final class AotCaches {
  private static final int LIMIT_SECONDS = 180;

  private final Path image;
  private final Path work;

  private AotCaches(Path image, Path work) {
    this.image = image;
    this.work = work;
  }

  static void train(Path image, Path work) throws IOException, InterruptedException {
    var caches = new AotCaches(image, work);
    Path nodes = Files.createDirectory(work.resolve("nodes"));
    caches.make("node", List.of("io.phalanx.node.Training", nodes.toString()));
    caches.make(
        "command",
        List.of(
            "io.phalanx.node.Main", "check", image.resolve("share/examples/node.yml").toString()));
  }

  private void make(String kind, List<String> program) throws IOException, InterruptedException {
    Path recorded = work.resolve(kind + ".recorded");
    var record = new ArrayList<>(List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded));
    record.addAll(classPath());
    record.addAll(program);
    java(kind, record);
    Path cache = image.resolve("lib/" + kind + ".aot");
    var create =
        new ArrayList<>(
            List.of(
                "-XX:AOTMode=create", "-XX:AOTConfiguration=" + recorded, "-XX:AOTCache=" + cache));
    create.addAll(classPath());
    java(kind, create);
  }

  private List<String> classPath() {
    return List.of("-cp", image.resolve("lib/phalanx.jar").toString());
  }

  private void java(String kind, List<String> arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(image.resolve("runtime/bin/java").toString());
    command.add("@" + image.resolve("lib/" + kind + ".options"));
    command.addAll(arguments);
    File log = work.resolve(kind + ".log").toFile();
    Process java =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    if (!java.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      java.destroyForcibly();
      throw new IOException("no cache within " + LIMIT_SECONDS + " s, see " + log);
    }
    if (java.exitValue() != 0) {
      throw new IOException("no cache, see " + log + ": " + String.join(" ", command));
    }
  }
}
