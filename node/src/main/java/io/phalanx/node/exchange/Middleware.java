package io.phalanx.node.exchange;

import java.util.Set;

/**
 * One step on a router's way. Called on the I/O thread of the request: it must not wait. What has
 * to wait for something returns {@link Verdict.Wait} and goes on when that has come.
 *
 * <p>One instance serves all requests of its router, on several threads at once.
 */
@FunctionalInterface
public interface Middleware {
  /** Looks at the head, edits it in place if need be, and decides. */
  Verdict onRequest(RequestHead request);

  /** Where it sends requests of its own, so that connections there are kept. */
  default Set<Forwarder.Target> targets() {
    return Set.of();
  }
}
