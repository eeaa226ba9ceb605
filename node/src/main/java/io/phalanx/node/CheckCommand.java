package io.phalanx.node;

import io.phalanx.node.settings.Settings;
import io.phalanx.providers.Problem;
import io.phalanx.providers.file.FileProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code phalanx check}: says everything that is wrong with files, without starting anything. */
@Command(
    name = "check",
    description = {
      "Checks static and dynamic configuration files and names every mistake with its file and"
          + " line.",
      "A static file is read as `run --configFile=FILE` reads it here, with this environment."
          + " Dynamic files are templates and refer to each other; with a static file among"
          + " them, to its entry points."
    },
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files and directories; which kind each file is, its keys tell.")
  private List<Path> files = List.of();

  @Option(names = "--json", description = "Answer in JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    var check = new Check(System.getenv(), Path.of("").toAbsolutePath());
    check.add(files);
    List<Problem> problems = check.problems();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter errors = Objects.requireNonNull(spec).commandLine().getErr();
    check.warnings().forEach(warning -> errors.println("warning: " + warning));
    if (json) {
      out.println(new JsonMapper().writeValueAsString(problems));
    } else {
      problems.forEach(out::println);
      out.println(
          problems.isEmpty()
              ? "No mistakes."
              : problems.size() + (problems.size() == 1 ? " mistake." : " mistakes."));
    }
    return problems.isEmpty() ? 0 : Run.EXIT_CONFIGURATION;
  }

  /** Some files that are looked at together. */
  static final class Check {
    private final Map<String, String> environment;
    private final NodeStarter starter;
    private final LinkedHashSet<Path> staticFiles = new LinkedHashSet<>();
    private final LinkedHashSet<Path> dynamicFiles = new LinkedHashSet<>();
    private final List<Problem> problems = new ArrayList<>();
    private final LinkedHashSet<Problem> warnings = new LinkedHashSet<>();

    Check(Map<String, String> environment, Path workingDirectory) {
      this.environment = environment;
      this.starter = new NodeStarter(environment, workingDirectory);
    }

    /** Adds files, and all of directories. */
    void add(List<Path> paths) {
      for (Path path : paths) {
        if (Files.isDirectory(path)) {
          try {
            FileProvider.filesOf(path).forEach(this::add);
          } catch (IOException e) {
            problems.add(new Problem(path.toString(), 0, "", "cannot be listed: " + e));
          }
        } else if (Files.exists(path)) {
          add(path);
        } else {
          problems.add(new Problem(path.toString(), 0, "", "there is no such file"));
        }
      }
    }

    private void add(Path file) {
      (FileKind.of(file) == FileKind.STATIC ? staticFiles : dynamicFiles).add(file);
    }

    List<Problem> problems() throws IOException {
      var found = new LinkedHashSet<>(problems);
      Optional<Settings> settings = Optional.empty();
      for (Path file : staticFiles) {
        try {
          NodeStarter.Prepared prepared = starter.prepare(List.of("--configFile=" + file));
          warnings.addAll(prepared.warnings());
          settings = Optional.of(prepared.settings());
        } catch (NodeStarter.RefusedException e) {
          found.addAll(e.problems());
        }
      }
      try (var checkers = new DryCompiler()) {
        found.addAll(
            FileProvider.read(
                    List.copyOf(dynamicFiles),
                    environment,
                    settings.map(checkers::with).orElseGet(checkers::withAnyEntryPoint))
                .problems());
      }
      return List.copyOf(found);
    }

    List<Problem> warnings() {
      return List.copyOf(warnings);
    }
  }
}
