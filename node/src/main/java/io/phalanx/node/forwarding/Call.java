package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure.ClientFault;
import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.MalformedBodyException;
import java.io.IOException;
import java.net.InetAddress;

/**
 * One request on its way to its server: what is needed to send it, and to send it again. Other
 * protocols are asked for over HTTP/1.1 only, as Traefik does.
 *
 * @param attempt counts from 1
 * @param overHttp1 whether the server wants it over HTTP/1.1 only
 */
record Call(
    Exchange exchange,
    Forwarder.Target target,
    ServerAddress server,
    int attempt,
    boolean overHttp1) {
  private static final int MAX_ATTEMPTS = 4;

  Call(Exchange exchange, Forwarder.Target target, ServerAddress server) {
    this(exchange, target, server, 1, !exchange.request().upgrade().isEmpty());
  }

  /** The address by which clients have their turns. */
  InetAddress client() {
    return exchange.request().peer().address();
  }

  /** The same, to be sent once more. */
  Call again() {
    return new Call(exchange, target, server, attempt + 1, overHttp1);
  }

  /** The same, to be sent once more and over HTTP/1.1. */
  Call againOverHttp1() {
    return new Call(exchange, target, server, attempt + 1, true);
  }

  boolean mayBeSentAgain() {
    return attempt < MAX_ATTEMPTS;
  }

  void fail(UpstreamFault.Stage stage, UpstreamFault.Kind kind, String reason) {
    exchange.fail(new UpstreamFault(server.text(), stage, kind, reason));
  }

  /** Nobody takes the answer. */
  void clientGone(IOException e) {
    exchange.fail(new ClientFault(499, "the client went away: " + e.getMessage()));
  }

  /** Ends the answer, now or when its client takes what is left of it. */
  void finish(BodySink sink) {
    try {
      if (!sink.finish()) {
        sink.whenWritable(() -> finish(sink));
      }
    } catch (IOException e) {
      clientGone(e);
    }
  }

  /** The body of the request did not come whole. */
  void bodyBrokeOff(IOException e) {
    int status = e instanceof MalformedBodyException ? 400 : 499;
    exchange.fail(new ClientFault(status, "the request's body broke off: " + e));
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
