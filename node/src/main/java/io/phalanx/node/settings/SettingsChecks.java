package io.phalanx.node.settings;

import io.phalanx.node.address.AddressRange;
import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.DidYouMean;
import io.phalanx.providers.tree.Tree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Mistakes that only show when parts of the settings are seen together. */
final class SettingsChecks {
  private final Settings settings;
  private final Tree.Mapping tree;
  private final List<Problem> problems;

  private SettingsChecks(Settings settings, Tree.Mapping tree, List<Problem> problems) {
    this.settings = settings;
    this.tree = tree;
    this.problems = problems;
  }

  static void check(Settings settings, Tree.Mapping tree, List<Problem> problems) {
    var checks = new SettingsChecks(settings, tree, problems);
    checks.entryPoints();
    checks.addresses();
    checks.references();
    checks.fleet();
  }

  private void report(String path, String message) {
    problems.add(Tree.placeOf(tree, path).problem(path, message));
  }

  private void entryPoints() {
    settings
        .entryPoints()
        .forEach(
            (name, entryPoint) -> {
              String path = "entryPoints." + name;
              requireRanges(
                  entryPoint.forwardedHeaders().trustedIPs(),
                  path + ".forwardedHeaders.trustedIPs");
              entryPoint
                  .proxyProtocol()
                  .ifPresent(
                      proxies ->
                          requireRanges(proxies.trustedIPs(), path + ".proxyProtocol.trustedIPs"));
              entryPoint
                  .redirection()
                  .filter(to -> !to.to().startsWith(":"))
                  .ifPresent(
                      to -> requireEntryPoint(to.to(), path + ".http.redirections.entryPoint.to"));
              if (entryPoint.http().maxHeaderBytes() < 1024) {
                report(path + ".http.maxHeaderBytes", "must be at least 1024");
              }
            });
  }

  private void requireRanges(List<String> ranges, String path) {
    for (String range : ranges) {
      try {
        AddressRange.parse(range);
      } catch (IllegalArgumentException e) {
        report(path, String.valueOf(e.getMessage()));
      }
    }
  }

  private void addresses() {
    var seen = new HashMap<Address, String>();
    var sharing = new HashMap<Address, Boolean>();
    for (Map.Entry<String, EntryPointSettings> entry : settings.entryPoints().entrySet()) {
      Address address = entry.getValue().address();
      String before = address.port() == 0 ? null : seen.put(address, entry.getKey());
      boolean shared = entry.getValue().reusePort();
      boolean sharedBefore = sharing.getOrDefault(address, true);
      sharing.put(address, shared && sharedBefore);
      if (before != null && !(shared && sharedBefore)) {
        report(
            "entryPoints." + entry.getKey() + ".address",
            address
                + " is the address of entry point "
                + before
                + " too; both need reusePort for that");
      }
    }
  }

  private void references() {
    settings
        .ping()
        .filter(ping -> !ping.manualRouting())
        .ifPresent(ping -> requireEntryPoint(ping.entryPoint(), "ping.entryPoint"));
    settings
        .prometheus()
        .filter(wanted -> !wanted.manualRouting())
        .ifPresent(
            wanted -> requireEntryPoint(wanted.entryPoint(), "metrics.prometheus.entryPoint"));
  }

  private void requireEntryPoint(String name, String path) {
    if (!settings.entryPoints().containsKey(name)) {
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
        .ifPresent(
            _ ->
                report(
                    "fleet",
                    "needs `join` with the address of a member, or `bootstrap: true` for the node"
                        + " that starts the fleet"));
  }
}
