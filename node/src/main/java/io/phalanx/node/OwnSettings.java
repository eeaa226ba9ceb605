package io.phalanx.node;

import io.phalanx.node.settings.SettingsReader;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.Tree;
import java.util.List;

/**
 * What this node was given itself: a file, variables and flags, as they were read last.
 * Thread-safe.
 */
final class OwnSettings {
  private final NodeStarter starter;
  private final List<String> arguments;
  private volatile NodeStarter.Prepared read;

  /**
   * @param read what came of {@code arguments} at the start
   */
  OwnSettings(NodeStarter starter, List<String> arguments, NodeStarter.Prepared read) {
    this.starter = starter;
    this.arguments = List.copyOf(arguments);
    this.read = read;
  }

  NodeStarter.Prepared now() {
    return read;
  }

  /**
   * Reads all again.
   *
   * @return whether something else is there than before
   * @throws NodeStarter.RefusedException if there are mistakes; then what was read before stays
   */
  boolean readAgain() throws NodeStarter.RefusedException {
    NodeStarter.Prepared before = read;
    read = starter.prepare(arguments);
    return differs(before.tree(), read.tree());
  }

  private static boolean differs(Tree.Mapping one, Tree.Mapping other) {
    return !Encoder.json(one).equals(Encoder.json(other));
  }

  /** Whether there is something else by now than what was read. */
  boolean isUnread() {
    SettingsReader.Sources now = starter.reader().sources(arguments);
    return !now.problems().isEmpty() || differs(now.tree(), read.tree());
  }
}
