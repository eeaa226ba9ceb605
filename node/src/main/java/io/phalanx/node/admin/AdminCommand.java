package io.phalanx.node.admin;

import java.io.IOException;
import java.util.List;

/** What a node does or tells when its operator asks. */
@FunctionalInterface
public interface AdminCommand {
  /**
   * May wait.
   *
   * @param words behind the command's name
   * @return text for the operator
   * @throws IOException if it cannot be done; the message says why
   */
  String run(List<String> words) throws IOException, InterruptedException;
}
