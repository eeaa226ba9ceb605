package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.hazelcast.HazelcastFleet;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.local.LocalFleet;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.settings.SettingsReader;
import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.Tree;
import io.phalanx.providers.tree.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From the command line to a node's settings and fleet. */
final class NodeStarter {
  /** What is each node's own and not shared through the fleet. */
  private static final String[] OWN = {"fleet", "dataDir", "providers", "log"};

  private final Map<String, String> environment;
  private final SettingsReader reader;

  NodeStarter(Map<String, String> environment, Path workingDirectory) {
    this.environment = environment;
    this.reader = new SettingsReader(BuiltInProviders.catalogue(), environment, workingDirectory);
  }

  /** Settings that cannot be served. */
  static final class RefusedException extends Exception {
    private final transient List<Problem> problems;

    RefusedException(List<Problem> problems) {
      super(problems.size() + " mistakes in the configuration");
      this.problems = problems;
    }

    List<Problem> problems() {
      return problems;
    }
  }

  /**
   * @param shared what other nodes may take over
   */
  record Prepared(Settings settings, Tree.Mapping tree, Tree.Mapping shared, Optional<Path> file) {}

  SettingsReader reader() {
    return reader;
  }

  Prepared prepare(List<String> arguments) throws RefusedException {
    SettingsReader.Sources sources = reader.sources(arguments);
    return decode(sources.tree(), sources.file(), sources.problems());
  }

  private Prepared decode(Tree.Mapping tree, Optional<Path> file, List<Problem> syntax)
      throws RefusedException {
    Decoded<Settings> decoded = reader.decode(tree);
    var problems = new ArrayList<>(syntax);
    problems.addAll(decoded.problems());
    if (problems.isEmpty() && decoded.value().isPresent()) {
      checkTransport(decoded.value().get(), tree, problems);
    }
    if (!problems.isEmpty() || decoded.value().isEmpty()) {
      throw new RefusedException(problems);
    }
    return new Prepared(decoded.value().get(), tree, tree.without(OWN), file);
  }

  private static void checkTransport(Settings settings, Tree.Mapping tree, List<Problem> problems) {
    try {
      TransportMapping.standard(settings);
    } catch (IllegalArgumentException e) {
      String path = "serversTransport";
      problems.add(Tree.placeOf(tree, path).problem(path, String.valueOf(e.getMessage())));
    }
  }

  /** Joins the fleet that the settings name; without one the node is on its own. */
  Fleet join(Settings settings) throws RefusedException, InterruptedException {
    if (settings.fleet().isEmpty()) {
      return LocalFleet.start(InstantSource.system());
    }
    return HazelcastFleet.start(fleetSettings(settings.fleet().get()), InstantSource.system());
  }

  private FleetSettings fleetSettings(Settings.FleetBlock block) throws RefusedException {
    try {
      FleetKey key =
          block.keyFile().isPresent()
              ? FleetKey.read(Path.of(block.keyFile().get()))
              : FleetKey.parse(environment.getOrDefault("PHALANX_FLEET_KEY", ""));
      HostPort bind = HostPort.parse(block.bind());
      HostPort advertise =
          block.advertise().isPresent() ? HostPort.parse(block.advertise().get()) : bind;
      List<HostPort> join = block.join().stream().map(HostPort::parse).toList();
      return new FleetSettings(
          block.name(), bind, advertise, join, block.bootstrap(), List.of(key));
    } catch (IOException | IllegalArgumentException e) {
      throw new RefusedException(
          List.of(new Problem("", 0, "fleet", String.valueOf(e.getMessage()))));
    }
  }

  /** What the fleet gives to a node, under what the node was given itself. */
  Prepared underFleet(Prepared own, Fleet fleet) throws RefusedException {
    Optional<Tree.Mapping> shared =
        fleet
            .revisions()
            .active()
            .map(Revision::content)
            .map(RevisionContent::decode)
            .map(RevisionContent::settings);
    if (shared.isEmpty()) {
      return own;
    }
    return decode(Trees.merge(shared.get(), own.tree()), own.file(), List.of());
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
