package io.phalanx.node;

import io.phalanx.node.settings.SettingsReader;
import io.phalanx.providers.tree.Encoder;
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
   * @throws NodeStarter.RefusedException if there are mistakes; then what was read before stays
   */
  void readAgain() throws NodeStarter.RefusedException {
    read = starter.prepare(arguments);
  }

  /** Whether there is something else by now than what was read. */
  boolean isUnread() {
    SettingsReader.Sources now = starter.reader().sources(arguments);
    return !now.problems().isEmpty() || !Encoder.json(now.tree()).equals(Encoder.json(read.tree()));
  }
}
