package io.phalanx.node.entrypoint;

/** A request that is refused before anyone behind the entry point sees it. */
final class BadRequestException extends Exception {
  private final int status;

  BadRequestException(String message) {
    this(400, message);
  }

  BadRequestException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }
}
