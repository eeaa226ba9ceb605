package io.phalanx.providers.pem;

/** A text that is not the PEM that was expected. The message holds nothing of a key. */
public final class PemException extends Exception {
  PemException(String message) {
    super(message);
  }
}
