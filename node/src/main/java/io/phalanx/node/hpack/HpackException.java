package io.phalanx.node.hpack;

/** A header block that cannot be read (RFC 7541). The table is lost, and with it the connection. */
public final class HpackException extends Exception {
  private static final long serialVersionUID = 1;

  HpackException(String reason) {
    super(reason, null, false, false);
  }
}
