package io.phalanx.node.framing;

import io.phalanx.node.exchange.MalformedBodyException;

/** A body whose end cannot be known for sure. */
public final class MalformedFramingException extends MalformedBodyException {
  MalformedFramingException(String message) {
    super(message);
  }
}
