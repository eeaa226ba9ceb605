package io.phalanx.node.settings;

import io.phalanx.providers.tree.Tree;
import io.phalanx.providers.tree.Trees;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which of the settings are the fleet's and which a node's own, as trees.
 *
 * <p>A machine's own are {@code fleet}, {@code dataDir}, {@code log.filePath}, {@code
 * accessLog.filePath} and the addresses of entry points: where a node is given one it stays,
 * whatever the fleet has. All else is the fleet's: where a node is given another value the fleet's
 * counts. What a node is given and the fleet says nothing of counts, too, and is told to be
 * different.
 */
public final class SharedSettings {
  private static final String FLEET = "fleet";
  private static final String DATA_DIRECTORY = "dataDir";
  private static final String FILE = "filePath";
  private static final String LOG = "log";
  private static final String ACCESS_LOG = "accessLog";
  private static final String ENTRY_POINTS = "entryPoints";
  private static final String ADDRESS = "address";

  private SharedSettings() {}

  /** What a node gives to the fleet of what it was given itself. */
  public static Tree.Mapping of(Tree.Mapping given) {
    Tree.Mapping shared = given.without(FLEET, DATA_DIRECTORY);
    Optional<Tree.Mapping> log = shared.block(LOG);
    return log.isEmpty()
        ? shared
        : Trees.merge(shared.without(LOG), block(LOG, log.get().without(FILE)));
  }

  /**
   * What a node serves that was given {@code own} itself, in a fleet that shares {@code shared}.
   */
  public static Tree.Mapping merged(Tree.Mapping shared, Tree.Mapping own) {
    return Trees.merge(Trees.merge(own, shared), ofMachine(shared, own));
  }

  /** What it would serve if the fleet's settings did not come before its own. */
  static Tree.Mapping ownFirst(Tree.Mapping shared, Tree.Mapping own) {
    return Trees.merge(shared, own);
  }

  /** What it would serve if it had nothing of its own but what is a machine's. */
  static Tree.Mapping fleetAlone(Tree.Mapping shared, Tree.Mapping own) {
    return Trees.merge(shared, ofMachine(shared, own));
  }

  private static Tree.Mapping ofMachine(Tree.Mapping shared, Tree.Mapping own) {
    Tree.Mapping part = Tree.Mapping.EMPTY;
    for (String key : new String[] {FLEET, DATA_DIRECTORY}) {
      Optional<Tree.Entry> entry = own.entry(key);
      if (entry.isPresent()) {
        part = Trees.merge(part, mapping(Map.of(key, entry.get())));
      }
    }
    part = with(part, own, LOG, FILE);
    if (shared.entry(ACCESS_LOG).isPresent()) {
      part = with(part, own, ACCESS_LOG, FILE);
    }
    for (String name : own.block(ENTRY_POINTS).orElse(Tree.Mapping.EMPTY).entries().keySet()) {
      if (shared.block(ENTRY_POINTS, name).isPresent()) {
        part = with(part, own, ENTRY_POINTS, name, ADDRESS);
      }
    }
    return part;
  }

  /** With what stands at this path, if something does. */
  private static Tree.Mapping with(Tree.Mapping part, Tree.Mapping from, String... path) {
    String[] blocks = java.util.Arrays.copyOf(path, path.length - 1);
    String last = path[path.length - 1];
    Optional<Tree.Entry> entry = from.block(blocks).flatMap(block -> block.entry(last));
    if (entry.isEmpty()) {
      return part;
    }
    Tree.Mapping nested = mapping(Map.of(last, entry.get()));
    for (int i = blocks.length - 1; i >= 0; i--) {
      nested = block(blocks[i], nested);
    }
    return Trees.merge(part, nested);
  }

  private static Tree.Mapping block(String key, Tree.Mapping value) {
    return mapping(Map.of(key, new Tree.Entry(value.place(), value)));
  }

  private static Tree.Mapping mapping(Map<String, Tree.Entry> entries) {
    return new Tree.Mapping(new LinkedHashMap<>(entries), Tree.Mapping.EMPTY.place());
  }
}
