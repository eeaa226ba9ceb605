package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.hazelcast.HazelcastFleet;
import io.phalanx.cluster.local.LocalFleet;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.settings.SettingsReader;
import io.phalanx.node.settings.SharedSettings;
import io.phalanx.node.settings.Told;
import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.Tree;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From the command line to a node's settings and fleet. */
final class NodeStarter {
  /** In the data directory: what a node without a fleet signs with. */
  private static final String OWN_KEY = "signing.key";

  private final Map<String, String> environment;
  private final SettingsReader reader;

  NodeStarter(Map<String, String> environment, Path workingDirectory) {
    this.environment = environment;
    this.reader = new SettingsReader(BuiltInProviders.catalogue(), environment, workingDirectory);
  }

  /** Settings that cannot be served. */
  static final class RefusedException extends Exception {
    private final transient List<Problem> problems;
    private final boolean mayPass;

    RefusedException(List<Problem> problems, boolean mayPass) {
      super(
          problems.size()
              + (problems.size() == 1 ? " mistake" : " mistakes")
              + " in the configuration");
      this.problems = problems;
      this.mayPass = mayPass;
    }

    /** Whether the same settings may be served at another time. */
    boolean mayPass() {
      return mayPass;
    }

    List<Problem> problems() {
      return problems;
    }
  }

  /**
   * @param shared what other nodes may take over
   * @param warnings what was not taken, and is probably a mistake
   */
  record Prepared(
      Settings settings,
      Tree.Mapping tree,
      Tree.Mapping shared,
      Optional<Path> file,
      List<Problem> warnings) {}

  Map<String, String> environment() {
    return environment;
  }

  SettingsReader reader() {
    return reader;
  }

  /** How far settings are looked into. */
  private enum Depth {
    /** What they say. */
    TEXT,
    /** Also what they name, but for the fleet's key, which is known by then. */
    UNDER_FLEET,
    /** Everything that can be known before something is started. */
    ALL
  }

  /** Everything that can be known before something is started; what {@code run} serves. */
  Prepared prepare(List<String> arguments) throws RefusedException {
    return decode(reader.sources(arguments), Depth.ALL);
  }

  /** The settings alone, for whoever does not serve them and need not have the files they name. */
  Prepared settings(List<String> arguments) throws RefusedException {
    return decode(reader.sources(arguments), Depth.TEXT);
  }

  private Prepared decode(SettingsReader.Sources sources, Depth depth) throws RefusedException {
    Tree.Mapping tree = sources.tree();
    Decoded<Settings> decoded = reader.decode(tree);
    var problems = new LinkedHashSet<>(sources.problems());
    problems.addAll(decoded.problems());
    if (depth != Depth.TEXT) {
      decoded
          .value()
          .ifPresent(
              settings ->
                  problems.addAll(
                      Preparation.problems(
                          settings,
                          tree,
                          new Told(decoded.problems()),
                          environment,
                          depth == Depth.ALL
                              ? Optional.of(checkedDirectory(settings))
                              : Optional.empty())));
    }
    boolean mayPass = problems.isEmpty() && decoded.value().isPresent();
    if (depth != Depth.TEXT) {
      decoded
          .value()
          .ifPresent(settings -> problems.addAll(Preparation.unknownNames(settings, tree)));
    }
    if (!problems.isEmpty() || decoded.value().isEmpty()) {
      throw new RefusedException(List.copyOf(problems), mayPass);
    }
    return new Prepared(
        decoded.value().get(), tree, SharedSettings.of(tree), sources.file(), sources.warnings());
  }

  /** Joins the fleet that the settings name; without one the node is on its own. */
  Fleet join(Settings settings) throws RefusedException, InterruptedException, IOException {
    if (settings.fleet().isEmpty()) {
      return LocalFleet.start(InstantSource.system(), dataDirectory(settings).resolve(OWN_KEY));
    }
    var problems = new ArrayList<Problem>();
    Optional<FleetSettings> fleet =
        FleetMapping.settings(
            settings.fleet().get(),
            environment,
            dataDirectory(settings),
            (path, message) -> problems.add(new Problem("", 0, path, message)));
    if (fleet.isEmpty()) {
      throw new RefusedException(problems, false);
    }
    return HazelcastFleet.start(fleet.get(), InstantSource.system());
  }

  /** What a node serves, by the fleet's settings and by what it was given itself. */
  Prepared underFleet(Prepared own, Fleet fleet) throws RefusedException {
    Optional<Revision> active = fleet.revisions().active();
    return active.isEmpty()
        ? own
        : under(RevisionContent.decode(active.get().hidden()).settings(), own);
  }

  /** The same with these settings of the fleet. */
  Prepared under(Tree.Mapping shared, Prepared own) throws RefusedException {
    return decode(
        new SettingsReader.Sources(
            SharedSettings.merged(shared, own.tree()), own.file(), List.of(), own.warnings()),
        Depth.UNDER_FLEET);
  }

  /** One that cannot be is named elsewhere. */
  private Path checkedDirectory(Settings settings) {
    try {
      return dataDirectory(settings);
    } catch (InvalidPathException _) {
      return Path.of("");
    }
  }

  /** Where this node keeps what must survive a restart. */
  Path dataDirectory(Settings settings) {
    if (settings.dataDir().isPresent()) {
      return Path.of(settings.dataDir().get());
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    return state.isBlank()
        ? Path.of(System.getProperty("user.home"), ".local", "state", "phalanx")
        : Path.of(state, "phalanx");
  }
}
