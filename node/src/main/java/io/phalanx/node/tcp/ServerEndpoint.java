package io.phalanx.node.tcp;

import java.util.function.BooleanSupplier;

/**
 * One server.
 *
 * @param up whether it is, as far as anybody looks
 */
public record ServerEndpoint(TcpForwarder.Target target, TcpForwarder forwarder, BooleanSupplier up)
    implements TcpEndpoint {
  @Override
  public void serve(TcpClient client) {
    forwarder.forward(client, target);
  }

  @Override
  public boolean isUp() {
    return up.getAsBoolean();
  }
}
