package io.phalanx.node.middleware;

import io.phalanx.node.exchange.MemoryBound;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.IntSupplier;

/**
 * What a middleware may need beside its options.
 *
 * @param router qualified name of the router that it is built for
 * @param name its own qualified name
 * @param fleet what is counted for all members together
 * @param node what is counted for this node alone
 * @param members how many members the fleet has now
 * @param bodies what bodies that are kept may take up together
 * @param scheduler for what happens after a while; its tasks must not wait
 */
public record MiddlewareContext(
    String router,
    String name,
    Counts fleet,
    Counts node,
    IntSupplier members,
    MemoryBound bodies,
    ScheduledExecutorService scheduler) {}
