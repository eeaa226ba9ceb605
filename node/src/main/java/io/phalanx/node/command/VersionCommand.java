package io.phalanx.node.command;

import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code phalanx version}. */
@Command(
    name = "version",
    description = "Tells which Phalanx this is.",
    mixinStandardHelpOptions = true)
public final class VersionCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Answer in JSON.")
  private boolean json;

  @Override
  public void run() {
    Version version = Version.current();
    PrintWriter out = Output.of(spec);
    if (json) {
      out.println(
          new JsonMapper()
              .writeValueAsString(Map.of("version", version.phalanx(), "java", version.java())));
    } else {
      out.println(version.text());
    }
  }
}
