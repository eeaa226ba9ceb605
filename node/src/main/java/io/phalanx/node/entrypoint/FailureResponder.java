package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.logging.LogThrottle;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that turns a failure into an answer and a line in the log (statuses and texts are
 * Traefik's).
 */
final class FailureResponder {
  private static final Logger LOG = LoggerFactory.getLogger(FailureResponder.class);

  /** For a client that takes too long to send its body. */
  static final Failure TOO_SLOW =
      new Failure.ClientFault(408, "the client took too long to send the body");

  private static final Answer BAD_GATEWAY = Answer.text(502, "Bad Gateway");
  private static final Answer GATEWAY_TIMEOUT = Answer.text(504, "Gateway Timeout");
  private static final Answer NO_SERVER = Answer.error(503, "no available server");
  private static final Answer NO_ROOM = Answer.text(503, "Service Unavailable");
  private static final Answer NODE_FAULT = Answer.text(500, "Internal Server Error");

  private static final LogThrottle WARNINGS = new LogThrottle(Duration.ofSeconds(10));

  private FailureResponder() {}

  static Answer answer(Failure failure) {
    return switch (failure) {
      case Failure.ClientFault fault -> clientFault(fault.status());
      case Failure.UpstreamFault fault ->
          switch (fault.status()) {
            case 502 -> BAD_GATEWAY;
            case 504 -> GATEWAY_TIMEOUT;
            default -> NODE_FAULT;
          };
      case Failure.NoServer _ -> NO_SERVER;
      case Failure.NoRoom _ -> NO_ROOM;
      case Failure.NodeFault _ -> NODE_FAULT;
    };
  }

  private static Answer clientFault(int status) {
    return switch (status) {
      case 400 -> Answer.text(400, "Bad Request");
      case 408 -> Answer.text(408, "Request Timeout");
      case 413 -> Answer.text(413, "Request Entity Too Large");
      case 431 -> Answer.text(431, "Request Header Fields Too Large");
      case 499 -> Answer.text(499, "Client Closed Request");
      case 501 -> Answer.text(501, "Not Implemented");
      default -> Answer.empty(status);
    };
  }

  static void log(Failure failure, RequestHead request) {
    switch (failure) {
      case Failure.ClientFault fault ->
          LOG.debug("{} of {}: {}", fault.status(), request.peer().text(), fault.reason());
      case Failure.UpstreamFault fault -> logUpstream(fault);
      case Failure.NoRoom none -> logNoRoom(request.peer(), none.reason());
      case Failure.NoServer none -> LOG.debug("{}", none.reason());
      case Failure.NodeFault fault ->
          LOG.error("a request failed here: {}", fault.reason(), fault.cause());
    }
  }

  /** What finds no room comes in numbers: one line in a while says so. */
  static void logNoRoom(Peer peer, String reason) {
    long unsaid = WARNINGS.admit("no room", System.nanoTime());
    if (unsaid >= 0) {
      LOG.warn(
          "503 of {}: {}{}",
          peer.text(),
          reason,
          unsaid == 0 ? "" : " (and " + unsaid + " such failures before)");
    } else {
      LOG.debug("503 of {}: {}", peer.text(), reason);
    }
  }

  /** A server that is down fails every request: one line in a while says so. */
  private static void logUpstream(Failure.UpstreamFault fault) {
    long unsaid = WARNINGS.admit(fault.server(), System.nanoTime());
    if (unsaid >= 0) {
      LOG.warn(
          "server {} {} while {}: {}{}",
          fault.server(),
          fault.kind(),
          fault.stage(),
          fault.reason(),
          unsaid == 0 ? "" : " (and " + unsaid + " failures of it before)");
    } else {
      LOG.debug(
          "server {} {} while {}: {}", fault.server(), fault.kind(), fault.stage(), fault.reason());
    }
  }
}
