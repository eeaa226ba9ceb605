package io.phalanx.node.tcp;

import io.phalanx.node.service.Available;
import io.phalanx.node.service.WeightedTurns;
import java.util.Optional;

/** Servers or services in turn, as often as their weights say. */
public final class TurnsEndpoint implements TcpEndpoint {
  private final Available<WeightedTurns.Share<TcpEndpoint>, WeightedTurns<TcpEndpoint>> turns;

  /**
   * @param turns of those that get connections now
   */
  public TurnsEndpoint(
      Available<WeightedTurns.Share<TcpEndpoint>, WeightedTurns<TcpEndpoint>> turns) {
    this.turns = turns;
  }

  @Override
  public void serve(TcpClient client) {
    Optional<TcpEndpoint> next = turns.now().next();
    if (next.isPresent()) {
      next.get().serve(client);
    } else {
      client.close();
    }
  }

  @Override
  public boolean isUp() {
    return turns.isAnyUp();
  }
}
