package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Forwarder;

/** One request on its way to its server: what is needed to send it, and to send it again. */
record Call(Exchange exchange, Forwarder.Target target, ServerAddress server) {
  void fail(UpstreamFault.Stage stage, UpstreamFault.Kind kind, String reason) {
    exchange.fail(new UpstreamFault(server.text(), stage, kind, reason));
  }

  boolean isHead() {
    return exchange.request().method().equals("HEAD");
  }

  /** Whether doing it twice is the same as doing it once (RFC 9110, section 9.2.2). */
  boolean isIdempotent() {
    return switch (exchange.request().method()) {
      case "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }
}
