package io.phalanx.node;

import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.node.activation.Compiler;
import io.phalanx.node.activation.EntryPointModel;
import io.phalanx.node.forwarding.HttpForwarder;
import io.phalanx.node.forwarding.TransportOptions;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.tree.Tree;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
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
    description =
        "Checks static and dynamic configuration files and names every mistake with its file and"
            + " line.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  /** Entry points of a dynamic file are not known here: any name may exist. */
  private static final EntryPointModel ANY =
      new EntryPointModel("any", true, List.of(), List.of(), true, true, List.of());

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files; which kind each is, its keys tell.")
  private List<Path> files = List.of();

  @Option(names = "--json", description = "Answer in JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    var problems = new ArrayList<Problem>();
    for (Path file : files) {
      problems.addAll(check(file));
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (json) {
      out.println(new JsonMapper().writeValueAsString(problems));
    } else {
      problems.forEach(out::println);
      out.println(
          problems.isEmpty()
              ? "No mistakes."
              : problems.size() + (problems.size() == 1 ? " mistake." : " mistakes."));
    }
    return problems.isEmpty() ? 0 : RunCommand.EXIT_CONFIGURATION;
  }

  private static List<Problem> check(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return List.of(new Problem(file.toString(), 0, "", "there is no such file"));
    }
    DynamicConfigReader.Result dynamic =
        DynamicConfigReader.read(file.toString(), Files.readString(file));
    boolean isDynamic =
        DynamicConfig.ROOT_KEYS.stream().anyMatch(key -> dynamic.tree().entry(key).isPresent());
    return isDynamic || dynamic.unreadable() ? checkDynamic(dynamic) : checkStatic(file);
  }

  private static List<Problem> checkStatic(Path file) {
    var starter = new NodeStarter(Map.of(), Path.of("").toAbsolutePath());
    try {
      starter.prepare(List.of("--configFile=" + file));
      return List.of();
    } catch (NodeStarter.RefusedException e) {
      return e.problems();
    }
  }

  private static List<Problem> checkDynamic(DynamicConfigReader.Result read) {
    var problems = new ArrayList<>(read.decoded().problems());
    var snapshots = new TreeMap<String, DynamicConfig>();
    snapshots.put("file", read.decoded().value().orElse(DynamicConfig.EMPTY));
    for (Problem problem : compiler().compile(snapshots).problems()) {
      if (!problem.path().endsWith(".entryPoints")
          && !problem.message().contains("none of its entry points")) {
        problems.add(
            Tree.placeOf(read.tree(), problem.path()).problem(problem.path(), problem.message()));
      }
    }
    return problems;
  }

  private static Compiler compiler() {
    var budgets = new LocalBudgets(InstantSource.system());
    Endpoint nothing = _ -> {};
    var forwarder = new HttpForwarder();
    return new Compiler(
        List.of(ANY),
        List.of(),
        new MiddlewareCompiler(
            BuiltInMiddlewares.ALL,
            (router, name) ->
                new MiddlewareContext(
                    router,
                    name,
                    budgets,
                    budgets,
                    () -> 1,
                    Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory()))),
        Map.of("ping@internal", nothing, "prometheus@internal", nothing, "noop@internal", nothing),
        forwarder,
        options -> forwarder.transport(TransportMapping.options(options)),
        forwarder.transport(TransportOptions.standard()),
        0);
  }
}
