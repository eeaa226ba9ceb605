package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.node.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads again, while the node runs, what it is given itself: its settings and the fleet's keys. */
final class Rereading {
  private static final Logger LOG = LoggerFactory.getLogger(Rereading.class);

  private final Node node;
  private final OwnSettings own;

  Rereading(Node node, OwnSettings own) {
    this.node = node;
    this.own = own;
  }

  /** Reads all, and tells in the log what came of it; what cannot be read stays as it was. */
  synchronized void all() {
    if (own(false)) {
      node.serveAgain();
    }
  }

  /**
   * The same with the files that settings name, as those of authorities, and with providers' files,
   * where this node runs them.
   */
  synchronized void withFiles() {
    if (own(true)) {
      node.readFilesAgain();
    }
    node.providers().readAgain();
    LOG.info("what this node is given was read again");
  }

  /**
   * @param unchanged what is told if there is nothing else than before, and nothing is broken
   * @return whether it is to be served
   */
  private boolean own(boolean unchanged) {
    boolean changed = false;
    try {
      changed = keys();
    } catch (IOException | IllegalArgumentException e) {
      LOG.error("the fleet keys stay as they were: {}", e.getMessage());
    }
    try {
      changed |= own.readAgain() || unchanged;
    } catch (NodeStarter.RefusedException e) {
      e.problems().forEach(problem -> LOG.error("{}", problem));
      LOG.error("what this node is given stays as it was: {}", e.getMessage());
    }
    return changed;
  }

  private boolean keys() throws IOException {
    Fleet fleet = node.fleet();
    Optional<String> file = node.settings().fleet().flatMap(Settings.FleetBlock::keyFile);
    if (file.isEmpty()) {
      return false;
    }
    List<FleetKey> keys = FleetKey.readAll(Path.of(file.get()));
    if (keys.equals(fleet.keys())) {
      return false;
    }
    fleet.rekey(keys);
    LOG.info(
        "fleet keys: {}, of which the first is this member's own",
        keys.stream().map(FleetKey::id).toList());
    return true;
  }
}
