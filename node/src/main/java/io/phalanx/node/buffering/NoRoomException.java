package io.phalanx.node.buffering;

import java.io.IOException;

/** This node holds as much as it may already. */
public final class NoRoomException extends IOException {
  NoRoomException(String message) {
    super(message);
  }
}
