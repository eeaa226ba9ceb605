package io.phalanx.node;

import io.phalanx.node.acme.Resolver;
import io.phalanx.node.acme.dns.MissingVariableException;
import io.phalanx.node.settings.LogSettings;
import io.phalanx.node.settings.ProvidersSettings;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.settings.Told;
import io.phalanx.providers.Checker;
import io.phalanx.providers.Problem;
import io.phalanx.providers.ProviderType;
import io.phalanx.providers.tree.Tree;
import java.net.InetSocketAddress;
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
  private final Told told;
  private final List<Problem> problems = new ArrayList<>();

  private Preparation(Settings settings, Tree.Mapping tree, Told told) {
    this.settings = settings;
    this.tree = tree;
    this.told = told;
  }

  /**
   * @param settings all, or what of them could be read
   * @param tree that they are from, for the places of mistakes
   * @param told mistakes that were found in it
   * @param dataDirectory where the node would keep what must survive a restart; empty if the
   *     fleet's own options are not to be looked at
   */
  static List<Problem> problems(
      Settings settings,
      Tree.Mapping tree,
      Told told,
      Map<String, String> environment,
      Optional<Path> dataDirectory) {
    var preparation = new Preparation(settings, tree, told);
    preparation.paths();
    preparation.entryPoints();
    preparation.serversTransport();
    preparation.providers();
    preparation.resolvers(environment);
    if (settings.fleet().isPresent() && dataDirectory.isPresent()) {
      FleetMapping.settings(
          settings.fleet().get(), environment, dataDirectory.get(), preparation::ofFleet);
    }
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
                attempt("entryPoints." + name, () -> EntryPointMapping.options(name, entryPoint)));
  }

  /**
   * Entry points at names that stand for no address now. That may pass, as at the start of a
   * machine.
   */
  static List<Problem> unknownNames(Settings settings, Tree.Mapping tree) {
    var unknown = new ArrayList<Problem>();
    settings
        .entryPoints()
        .forEach(
            (name, entryPoint) -> {
              String host = entryPoint.address().host();
              if (!host.isEmpty() && new InetSocketAddress(host, 0).isUnresolved()) {
                String path = "entryPoints." + name + ".address";
                unknown.add(
                    Tree.placeOf(tree, path)
                        .problem(
                            path,
                            "\""
                                + host
                                + "\" is no address, and no name of a host that is known here"));
              }
            });
    return unknown;
  }

  /** The authorities alone tell whether {@code spiffe} can be served. */
  private void serversTransport() {
    if (!told.isAt("serversTransport.rootCAs")) {
      attempt("serversTransport", () -> TransportMapping.standard(settings));
    }
    if (!told.isAt("tcpServersTransport.tls")) {
      attempt("tcpServersTransport", () -> TcpMapping.options(TcpMapping.standard(settings)));
    }
  }

  /** What concerns all of the block may come of an option that could not be read. */
  private void ofFleet(String path, String message) {
    if (!path.equals("fleet") || !told.isAt("fleet")) {
      report(path, message);
    }
  }

  /** Credentials of a provider of DNS may be on other members, and not where this is checked. */
  private void resolvers(Map<String, String> environment) {
    settings
        .certificatesResolvers()
        .forEach(
            (name, resolver) ->
                attempt(
                    "certificatesResolvers." + name + ".acme",
                    () -> {
                      try {
                        return Optional.of(
                            ResolverMapping.resolver(name, resolver.acme(), environment));
                      } catch (MissingVariableException _) {
                        return Optional.<Resolver>empty();
                      }
                    }));
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
