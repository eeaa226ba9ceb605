package io.phalanx.node;

import io.phalanx.node.activation.Compiled;
import io.phalanx.node.activation.Compiler;
import io.phalanx.node.activation.Plan;
import io.phalanx.node.activation.Plans;
import io.phalanx.node.settings.MetricsSettings;
import io.phalanx.node.settings.Settings;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.tree.Tree;
import io.phalanx.providers.tree.Trees;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes plans of the fleet's settings and of what this node was given itself. What cannot be
 * changed while a node runs stays as it was at its start.
 */
final class SettingsPlans implements Plans {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsPlans.class);
  private static final int MOST_REASONS = 10;

  /** Serves settings. */
  interface Server {
    /**
     * @throws IOException if something cannot be had here; the message says what
     */
    void tryOut(Settings settings) throws IOException;

    void serve(Settings settings, Compiled compiled);
  }

  private final NodeStarter starter;
  private final OwnSettings own;
  private final Settings atStart;
  private final Function<Settings, Compiler> compilers;
  private final Server server;
  private volatile Served served;

  /** Whether files that settings name are to be read for the next plan. */
  private volatile boolean stale;

  /** Of whoever serves plans, one after another. */
  private List<String> toldDrift = List.of();

  /**
   * What is served now.
   *
   * @param shared the fleet's settings
   * @param given what this node was given itself
   * @param wanted what they make together; what is served of it differs by {@code afterRestart}
   * @param afterRestart paths of what is served after a restart only
   * @param trouble why the newest settings of the fleet are not served here, if so
   */
  private record Served(
      Tree.Mapping shared,
      Tree.Mapping given,
      Settings wanted,
      Settings settings,
      Compiler compiler,
      List<String> afterRestart,
      Optional<String> trouble) {
    Served troubledBy(String reason) {
      return new Served(
          shared, given, wanted, settings, compiler, afterRestart, Optional.of(reason));
    }
  }

  /**
   * @param shared the fleet's settings at the start
   * @param atStart what they and the node's own make together
   */
  SettingsPlans(
      NodeStarter starter,
      OwnSettings own,
      Tree.Mapping shared,
      Settings atStart,
      Function<Settings, Compiler> compilers,
      Server server) {
    this.starter = starter;
    this.own = own;
    this.atStart = atStart;
    this.compilers = compilers;
    this.server = server;
    this.served =
        new Served(
            Trees.withoutPlaces(shared),
            own.now().tree(),
            atStart,
            atStart,
            compilers.apply(atStart),
            List.of(),
            Optional.empty());
  }

  @Override
  public Plan plan(Tree.Mapping shared) {
    Tree.Mapping given = own.now().tree();
    Served now = served;
    boolean same = now.shared().equals(shared) && now.given().equals(given);
    if (same && now.trouble().isEmpty() && !stale) {
      return new Ready(now);
    }
    Settings wanted = wanted(shared);
    Settings settings = servable(wanted);
    Compiler compiler;
    try {
      server.tryOut(settings);
      // What is not of the settings alone, as a key that signs, may be another one, too.
      compiler = compilers.apply(settings);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    return new Ready(
        new Served(
            shared,
            given,
            wanted,
            settings,
            compiler,
            Trees.differences(starter.reader().written(wanted), starter.reader().written(settings)),
            Optional.empty()));
  }

  /** Has the next plan read the files that settings name, although these are the same. */
  void readFilesAgain() {
    stale = true;
  }

  private Settings wanted(Tree.Mapping shared) {
    try {
      return starter.under(shared, own.now()).settings();
    } catch (NodeStarter.RefusedException e) {
      throw new IllegalStateException(
          e.problems().stream()
              .limit(MOST_REASONS)
              .map(Problem::toString)
              .collect(Collectors.joining("; ")),
          e);
    }
  }

  /** Metrics are counted as at the start; where they are served, and whether, may change. */
  private Settings servable(Settings wanted) {
    Optional<MetricsSettings> metrics = atStart.metrics();
    Optional<MetricsSettings.Prometheus> running = atStart.prometheus();
    if (running.isPresent()) {
      metrics =
          wanted
              .metrics()
              .map(
                  given ->
                      new MetricsSettings(
                          atStart.metrics().orElseThrow().addInternals(),
                          given.prometheus().map(running.get()::where)));
    }
    return wanted.withMetrics(metrics).at(atStart.fleet(), atStart.dataDir());
  }

  @Override
  public Plan stay(String reason) {
    LOG.error(
        "the fleet's settings cannot be served here, what was served before stays: {}", reason);
    return new Ready(served.troubledBy(reason));
  }

  private final class Ready implements Plan {
    private final Served next;

    Ready(Served next) {
      this.next = next;
    }

    @Override
    public Compiled compile(SortedMap<String, DynamicConfig> snapshots) {
      return next.compiler().compile(snapshots);
    }

    @Override
    public void serve(Compiled compiled) {
      List<String> before = served.afterRestart();
      served = next;
      stale = false;
      tellDrift();
      server.serve(next.settings(), compiled);
      if (!next.afterRestart().isEmpty() && !next.afterRestart().equals(before)) {
        LOG.warn(
            "served after a restart of this node only: {}", String.join(", ", next.afterRestart()));
      }
    }
  }

  /** Once for each. */
  private void tellDrift() {
    List<String> now = drift();
    if (!now.isEmpty() && !now.equals(toldDrift)) {
      LOG.warn(
          "this node was given otherwise than the fleet has it: {}; where the fleet has something"
              + " that is what is served",
          String.join(", ", now));
    }
    toldDrift = now;
  }

  Compiler compiler() {
    return served.compiler();
  }

  Settings settings() {
    return served.settings();
  }

  /** What is served after a restart only. */
  List<String> afterRestart() {
    return served.afterRestart();
  }

  /** Why the newest settings of the fleet are not served here, if so. */
  Optional<String> trouble() {
    return served.trouble();
  }

  /** Where this node was given something else than the fleet has. */
  List<String> drift() {
    Served now = served;
    return starter.reader().drift(now.shared(), now.given());
  }

  /** Whether there is such a provider under these settings of the fleet. */
  boolean hasProvider(String name, Tree.Mapping shared) {
    Served now = served;
    if (now.shared().equals(shared)) {
      return RunningProviders.names(now.settings()).contains(name);
    }
    try {
      return RunningProviders.names(wanted(shared)).contains(name);
    } catch (IllegalStateException _) {
      return true;
    }
  }
}
