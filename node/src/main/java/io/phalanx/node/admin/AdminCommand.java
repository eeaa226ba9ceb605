package io.phalanx.node.admin;

import java.util.List;

/** What a node does or tells when its operator asks. */
@FunctionalInterface
public interface AdminCommand {
  /**
   * May wait.
   *
   * @param words behind the command's name
   * @return text for the operator
   * @throws FailedException if it cannot be done; the message says why
   */
  String run(List<String> words) throws FailedException, InterruptedException;

  /** Why a command cannot be done, in words for the operator. */
  final class FailedException extends Exception {
    public FailedException(String message) {
      super(message);
    }
  }
}
