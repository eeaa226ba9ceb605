package io.phalanx.node.exchange;

import java.io.IOException;

/** What came in place of a body is none: whoever sent it is told, if that is the client. */
public class MalformedBodyException extends IOException {
  public MalformedBodyException(String message) {
    super(message);
  }

  /** Tells of a stranger's bytes, not of this program: where it was made is of no use. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
