package io.phalanx.node;

import io.phalanx.node.settings.LogSettings;
import io.phalanx.node.settings.ProvidersSettings;
import io.phalanx.node.settings.Settings;
import io.phalanx.providers.Checker;
import io.phalanx.providers.Problem;
import io.phalanx.providers.ProviderType;
import io.phalanx.providers.tree.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds what would keep settings from being served, by making everything of them that can be made
 * without opening a port: what cannot be known from the settings alone, such as files that they
 * name. {@code run} and {@code check} refuse the same because both ask here.
 */
final class Preparation {
  private final Settings settings;
  private final Tree.Mapping tree;
  private final List<Problem> problems = new ArrayList<>();

  private Preparation(Settings settings, Tree.Mapping tree) {
    this.settings = settings;
    this.tree = tree;
  }

  /**
   * @param settings all, or what of them could be read
   * @param tree that they are from, for the places of mistakes
   * @param dataDirectory where the node would keep what must survive a restart
   */
  static List<Problem> problems(
      Settings settings, Tree.Mapping tree, Map<String, String> environment, Path dataDirectory) {
    var preparation = new Preparation(settings, tree);
    preparation.paths();
    preparation.entryPoints();
    preparation.attempt("serversTransport", () -> TransportMapping.standard(settings));
    preparation.providers();
    settings
        .fleet()
        .ifPresent(
            fleet -> FleetMapping.settings(fleet, environment, dataDirectory, preparation::report));
    return preparation.problems;
  }

  private void report(String path, String message) {
    problems.add(Tree.placeOf(tree, path).problem(path, message));
  }

  private <T> Optional<T> attempt(String path, Supplier<T> making) {
    try {
      return Optional.of(making.get());
    } catch (IllegalArgumentException e) {
      report(path, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void paths() {
    requirePath("dataDir", settings.dataDir());
    requirePath("log.filePath", settings.log().flatMap(LogSettings.Log::filePath));
    requirePath(
        "accessLog.filePath", settings.accessLog().flatMap(LogSettings.AccessLog::filePath));
  }

  private void requirePath(String option, Optional<String> given) {
    given.ifPresent(path -> attempt(option, () -> Path.of(path)));
  }

  private void entryPoints() {
    settings
        .entryPoints()
        .forEach(
            (name, entryPoint) ->
                attempt("entryPoints." + name, () -> EntryPointMapping.options(name, entryPoint))
                    .filter(options -> options.address().isUnresolved())
                    .ifPresent(
                        _ ->
                            report(
                                "entryPoints." + name + ".address",
                                "\""
                                    + entryPoint.address().host()
                                    + "\" is no address and no name of a host")));
  }

  private void providers() {
    Map<String, Record> blocks =
        settings.providers().map(ProvidersSettings::blocks).orElse(Map.of());
    for (ProviderType<?> type : BuiltInProviders.ALL) {
      Record options = blocks.get(type.key());
      if (options != null) {
        attempt("providers." + type.key(), () -> type.build(options, Checker.NONE));
      }
    }
  }
}
