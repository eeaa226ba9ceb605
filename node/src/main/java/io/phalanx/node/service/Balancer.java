package io.phalanx.node.service;

import io.phalanx.node.exchange.RequestHead;
import java.util.Optional;

/** Picks a server for a request. Called on I/O threads, on many at once. */
@FunctionalInterface
public interface Balancer {
  /** A server, or empty if there is none that may be asked. */
  Optional<Server> next(RequestHead request);
}
