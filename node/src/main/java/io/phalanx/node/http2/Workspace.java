package io.phalanx.node.http2;

import io.phalanx.node.hpack.FieldNames;

/** What all connections of one thread share, because only one of them works at a time. */
public final class Workspace {
  private final FieldNames names = new FieldNames();
  private final byte[] payload = new byte[Frames.MAX_PAYLOAD];

  private final HeldBodies heldBodies = new HeldBodies();

  HeldBodies heldBodies() {
    return heldBodies;
  }

  FieldNames names() {
    return names;
  }

  /** Room for one frame. */
  byte[] payload() {
    return payload;
  }
}
