package io.phalanx.node.health;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.ServerWatch;
import java.util.IdentityHashMap;
import java.util.Optional;

/**
 * Sees the health of servers by what becomes of requests. A failure is, as in Traefik, an answer of
 * 500 or above and a server that gives none; an answer that breaks off is one here, too. What this
 * node or the client is at fault for says nothing.
 */
public final class PassiveWatch implements ServerWatch {
  private final IdentityHashMap<Server, ServerHealth> healths;

  public PassiveWatch(IdentityHashMap<Server, ServerHealth> healths) {
    this.healths = healths;
  }

  @Override
  public void sent(Exchange exchange, Server server) {
    ServerHealth health = healths.get(server);
    if (health != null) {
      var outcome = new Outcome(exchange, health);
      exchange.addResponseStep(outcome);
      exchange.whenOver(outcome);
    }
  }

  /** What becomes of one request. */
  private static final class Outcome implements ResponseStep, Runnable {
    private final Exchange exchange;
    private final ServerHealth health;
    private boolean failed;

    Outcome(Exchange exchange, ServerHealth health) {
      this.exchange = exchange;
      this.health = health;
    }

    @Override
    public void onResponse(ResponseHead response) {
      Optional<Failure> failure = exchange.trail().failureOfAttempt();
      if (response.status() >= 500 && (failure.isEmpty() || isOfServer(failure.get()))) {
        fail(
            failure
                .map(Failure::reason)
                .orElseGet(() -> "it answered a request with " + response.status()));
      }
    }

    private static boolean isOfServer(Failure failure) {
      return failure instanceof Failure.UpstreamFault;
    }

    private void fail(String trouble) {
      if (!failed) {
        failed = true;
        health.failed(trouble);
      }
    }

    /** A success counts when the answer was whole, which a server that breaks off never gives. */
    @Override
    public void run() {
      Optional<Failure> failure = exchange.trail().failureOfAttempt();
      if (failure.isEmpty()) {
        if (!failed) {
          health.succeeded();
        }
      } else if (isOfServer(failure.get())) {
        fail(failure.get().reason());
      }
    }
  }
}
