package io.phalanx.node.metrics;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import java.util.Locale;
import java.util.Optional;

/** What Traefik calls the protocol of a request, in the order in which it looks for it. */
enum RequestProtocol {
  HTTP("http"),
  WEBSOCKET("websocket"),
  SSE("sse"),
  GRPC("grpc"),
  GRPC_WEB("grpc-web");

  private static final HeaderName UPGRADE = HeaderName.of("Upgrade");
  private static final HeaderName ACCEPT = HeaderName.of("Accept");
  private static final HeaderName CONTENT_TYPE = HeaderName.of("Content-Type");

  private final String label;

  RequestProtocol(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  static RequestProtocol of(Headers headers) {
    if (headers.first(UPGRADE).filter("websocket"::equalsIgnoreCase).isPresent()) {
      return WEBSOCKET;
    }
    if (headers.first(ACCEPT).filter("text/event-stream"::equals).isPresent()) {
      return SSE;
    }
    Optional<String> type = headers.first(CONTENT_TYPE);
    if (type.isEmpty()) {
      return HTTP;
    }
    String media = type.get().toLowerCase(Locale.ROOT);
    if (media.startsWith("application/grpc-web")) {
      return GRPC_WEB;
    }
    return media.startsWith("application/grpc") ? GRPC : HTTP;
  }
}
