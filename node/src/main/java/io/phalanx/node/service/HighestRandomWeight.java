package io.phalanx.node.service;

import io.phalanx.node.exchange.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The same server for the same client address, on every node (Traefik's {@code hrw}). */
public final class HighestRandomWeight implements Balancer {
  private final Rendezvous<Server> rendezvous;
  private final ToDoubleFunction<Server> share;

  /**
   * @param share how much of its weight counts now, above 0 to 1
   */
  public HighestRandomWeight(List<Server> servers, ToDoubleFunction<Server> share) {
    this.share = share;
    this.rendezvous =
        new Rendezvous<>(
            servers.stream()
                .map(server -> new Rendezvous.Entry<>(server, server.text(), server.weight()))
                .toList());
  }

  @Override
  public Optional<Server> next(RequestHead request) {
    return rendezvous.pick(request.peer().text(), share);
  }
}
