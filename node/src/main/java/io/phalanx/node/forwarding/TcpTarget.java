package io.phalanx.node.forwarding;

import io.phalanx.node.tcp.TcpForwarder;

/** A server of TCP, and the way to it. */
record TcpTarget(ServerAddress server, TcpTransport transport) implements TcpForwarder.Target {
  private static final int HIGHEST_PORT = 0xffff;

  /**
   * @throws IllegalArgumentException if the address is none
   */
  static TcpTarget of(String address, boolean tls, TcpTransport transport) {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    if (colon < 0 || !isPort(address.substring(colon + 1))) {
      throw new IllegalArgumentException(
          "\"" + address + "\" has no port; an address is such as 10.0.0.1:5432");
    }
    if (!HostNames.isHost(bare) || (bare.contains(":") && !bracketed)) {
      throw new IllegalArgumentException(
          "\"" + address + "\" is no address such as 10.0.0.1:5432, db.test:5432 or [::1]:5432");
    }
    return new TcpTarget(
        new ServerAddress(
            address,
            tls ? ServerAddress.Scheme.HTTPS : ServerAddress.Scheme.HTTP,
            bare,
            Integer.parseInt(address.substring(colon + 1)),
            HostNames.address(bare),
            address,
            ""),
        transport);
  }

  private static boolean isPort(String text) {
    return text.matches("[0-9]{1,5}")
        && Integer.parseInt(text) > 0
        && Integer.parseInt(text) <= HIGHEST_PORT;
  }

  @Override
  public String text() {
    return server.text();
  }

  /** Without a way to it, which is nobody's business. */
  @Override
  public String toString() {
    return server.text();
  }
}
