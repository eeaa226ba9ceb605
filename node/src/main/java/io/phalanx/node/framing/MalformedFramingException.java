package io.phalanx.node.framing;

import java.io.IOException;

/** A body whose end cannot be known for sure. */
public final class MalformedFramingException extends IOException {
  MalformedFramingException(String message) {
    super(message);
  }

  /** Tells of a stranger's bytes, not of this program: where it was made is of no use. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
