package io.phalanx.node.service;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.LongSupplier;

/** How busy and how quick this node finds the servers of a service. */
public final class ServerLoads implements ServerWatch {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final IdentityHashMap<Server, ServerLoad> loads = new IdentityHashMap<>();
  private final LongSupplier nanoTime;

  public ServerLoads(List<Server> servers, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    servers.forEach(server -> loads.put(server, new ServerLoad()));
  }

  /** Of one of the servers. */
  ServerLoad of(Server server) {
    ServerLoad load = loads.get(server);
    if (load == null) {
      throw new IllegalArgumentException(server.text() + " is none of this service's");
    }
    return load;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  @Override
  public void sent(Exchange exchange, Server server) {
    var stay = new Stay(of(server));
    exchange.addResponseStep(stay);
    exchange.whenOver(stay);
  }

  /** One request at a server. */
  private final class Stay implements ResponseStep, Runnable {
    private final ServerLoad load;
    private final long startedAt = now();
    private boolean answered;

    Stay(ServerLoad load) {
      this.load = load;
      load.entered();
    }

    /** The first head counts; another one takes its place only where something failed. */
    @Override
    public void onResponse(ResponseHead response) {
      if (!answered) {
        answered = true;
        long now = now();
        if (response.status() >= 500) {
          load.failed((now - startedAt) / NANOS_PER_MILLI, now);
        } else {
          load.answered((now - startedAt) / NANOS_PER_MILLI, now);
        }
      }
    }

    @Override
    public void run() {
      load.left();
    }
  }
}
