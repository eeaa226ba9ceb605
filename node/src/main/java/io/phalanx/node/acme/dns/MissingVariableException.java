package io.phalanx.node.acme.dns;

/** A provider's credentials are not on this machine; they may be on another one. */
public final class MissingVariableException extends IllegalArgumentException {
  MissingVariableException(String message) {
    super(message);
  }
}
