package io.phalanx.node.activation;

/** An object that cannot be served. The message is for whoever wrote it. */
final class DisabledException extends Exception {
  DisabledException(String message) {
    super(message, null, false, false);
  }
}
