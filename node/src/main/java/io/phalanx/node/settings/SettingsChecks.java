package io.phalanx.node.settings;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.DidYouMean;
import io.phalanx.providers.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Mistakes that only show when parts of the settings are seen together. */
final class SettingsChecks {
  private static final int MAX_RESOLVER_NAME = 100;

  private final Settings settings;
  private final Tree.Mapping tree;
  private final List<Problem> problems;
  private final Told told;

  private SettingsChecks(Settings settings, Tree.Mapping tree, List<Problem> problems) {
    this.settings = settings;
    this.tree = tree;
    this.problems = problems;
    this.told = new Told(problems);
  }

  static void check(Settings settings, Tree.Mapping tree, List<Problem> problems) {
    var checks = new SettingsChecks(settings, tree, problems);
    checks.redirections();
    checks.addresses();
    checks.references();
    checks.resolvers();
    checks.fleet();
  }

  private void report(String path, String message) {
    problems.add(Tree.placeOf(tree, path).problem(path, message));
  }

  private void redirections() {
    settings
        .entryPoints()
        .forEach(
            (name, entryPoint) ->
                entryPoint
                    .redirection()
                    .filter(redirection -> !redirection.to().startsWith(":"))
                    .ifPresent(
                        redirection ->
                            requireEntryPoint(
                                redirection.to(),
                                "entryPoints." + name + ".http.redirections.entryPoint.to")));
  }

  private void addresses() {
    var before = new ArrayList<Map.Entry<String, EntryPointSettings>>();
    for (Map.Entry<String, EntryPointSettings> entry : settings.entryPoints().entrySet()) {
      if (isDoubtful(entry.getKey())) {
        continue;
      }
      Address address = entry.getValue().address();
      before.stream()
          .filter(other -> other.getValue().address().overlaps(address))
          .filter(other -> !(entry.getValue().reusePort() && other.getValue().reusePort()))
          .findFirst()
          .ifPresent(
              other ->
                  report(
                      "entryPoints." + entry.getKey() + ".address",
                      address
                          + " is taken by entry point "
                          + other.getKey()
                          + " at "
                          + other.getValue().address()));
      before.add(entry);
    }
  }

  /** Whether it is not known if an entry point is there, or shares its port. */
  private boolean isDoubtful(String entryPoint) {
    boolean declared = tree.block("entryPoints").flatMap(all -> all.entry(entryPoint)).isPresent();
    return declared
        ? told.isAt("entryPoints." + entryPoint + ".reusePort")
        : told.isAt("ping") || told.isAt("metrics") || told.isAt("entryPoints");
  }

  private void references() {
    settings
        .ping()
        .filter(ping -> !ping.manualRouting() && !told.isAt("ping.manualRouting"))
        .ifPresent(ping -> requireEntryPoint(ping.entryPoint(), "ping.entryPoint"));
    settings
        .prometheus()
        .filter(wanted -> !wanted.manualRouting() && !told.isAt("metrics.prometheus.manualRouting"))
        .ifPresent(
            wanted -> requireEntryPoint(wanted.entryPoint(), "metrics.prometheus.entryPoint"));
  }

  private void resolvers() {
    settings
        .certificatesResolvers()
        .forEach(
            (name, resolver) -> {
              String path = "certificatesResolvers." + name;
              if (name.length() > MAX_RESOLVER_NAME) {
                report(
                    path,
                    "the name of a certificate resolver has at most "
                        + MAX_RESOLVER_NAME
                        + " characters");
              }
              resolver
                  .acme()
                  .httpChallenge()
                  .ifPresent(
                      challenge ->
                          requireEntryPoint(
                              challenge.entryPoint(), path + ".acme.httpChallenge.entryPoint"));
            });
  }

  private void requireEntryPoint(String name, String path) {
    boolean broken = tree.block("entryPoints").flatMap(all -> all.entry(name)).isPresent();
    if (!settings.entryPoints().containsKey(name) && !broken) {
      report(
          path,
          "there is no entry point \""
              + name
              + '"'
              + DidYouMean.among(name, settings.entryPoints().keySet()));
    }
  }

  private void fleet() {
    settings
        .fleet()
        .filter(fleet -> fleet.join().isEmpty() && !fleet.bootstrap())
        .filter(_ -> !told.isAt("fleet.join") && !told.isAt("fleet.bootstrap"))
        .ifPresent(
            _ ->
                report(
                    "fleet",
                    "needs `join` with the address of a member, or `bootstrap: true` for the node"
                        + " that starts the fleet"));
  }
}
