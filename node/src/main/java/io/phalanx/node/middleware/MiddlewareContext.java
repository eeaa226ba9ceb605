package io.phalanx.node.middleware;

import io.phalanx.node.exchange.MemoryBound;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;

/**
 * What a middleware may need beside its options.
 *
 * @param router qualified name of the router that it is built for
 * @param name its own qualified name
 * @param fleet what is counted for all members together
 * @param node what is counted for this node alone
 * @param majority whether most members of the fleet are here
 * @param bodies what bodies that are kept may take up together
 * @param scheduler for what happens after a while; its tasks must not wait
 * @param parts what the node has once
 * @param services those of the configuration
 */
public record MiddlewareContext(
    String router,
    String name,
    Counts fleet,
    Counts node,
    BooleanSupplier majority,
    MemoryBound bodies,
    ScheduledExecutorService scheduler,
    MiddlewareParts parts,
    ServiceFinder services) {
  /** Where no services are to be asked. */
  public MiddlewareContext(
      String router,
      String name,
      Counts fleet,
      Counts node,
      BooleanSupplier majority,
      MemoryBound bodies,
      ScheduledExecutorService scheduler,
      MiddlewareParts parts) {
    this(router, name, fleet, node, majority, bodies, scheduler, parts, ServiceFinder.NONE);
  }

  /** The same among these services. */
  MiddlewareContext among(ServiceFinder found) {
    return new MiddlewareContext(
        router, name, fleet, node, majority, bodies, scheduler, parts, found);
  }
}
