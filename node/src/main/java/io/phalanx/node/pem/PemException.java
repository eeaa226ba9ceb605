package io.phalanx.node.pem;

/** A certificate or a key cannot be had. The message is for whoever configured it. */
public final class PemException extends Exception {
  PemException(String message) {
    super(message);
  }

  PemException(String message, Throwable cause) {
    super(message, cause);
  }
}
