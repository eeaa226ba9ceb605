package io.phalanx.node.forwarding;

import io.phalanx.node.http2.Http2Connection;

/** Asks a server that says nothing on an HTTP/2 connection whether it is still there. */
final class Liveness {
  private final Http2Connection engine;
  private final ServerTransport transport;
  private long heardAt;
  private long pingedAt;
  private boolean pinged;

  Liveness(Http2Connection engine, ServerTransport transport, long now) {
    this.engine = engine;
    this.transport = transport;
    this.heardAt = now;
  }

  /** Something came. */
  void heard(long now) {
    heardAt = now;
    pinged = false;
  }

  /** Ends the connection if there was no answer in time. */
  void check(long now) {
    if (transport.readIdleTimeout() <= 0) {
      return;
    }
    if (pinged) {
      if (now - pingedAt >= transport.pingTimeout()) {
        engine.lost("the server does not answer pings");
      }
    } else if (now - heardAt >= transport.readIdleTimeout()) {
      pinged = true;
      pingedAt = now;
      engine.ping(now);
    }
  }
}
