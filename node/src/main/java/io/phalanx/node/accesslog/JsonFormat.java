package io.phalanx.node.accesslog;

import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.settings.LogSettings;
import io.phalanx.node.settings.LogSettings.Mode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object a line, with Traefik's field names; durations are nanoseconds. */
record JsonFormat(LogSettings.Fields fields) implements LineFormat {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Override
  public String line(CompletedExchange exchange, long count) {
    Map<String, Object> line = new LinkedHashMap<>();
    client(line, exchange);
    request(line, exchange, count);
    answer(line, exchange);
    origin(line, exchange);
    line.keySet().removeIf(name -> mode(name) == Mode.DROP);
    headers(line, "request_", exchange.request().headers());
    headers(line, "downstream_", exchange.response().headers());
    line.put("level", "info");
    line.put("msg", "");
    line.put("time", Instant.now().toString());
    return JSON.writeValueAsString(line) + '\n';
  }

  private Mode mode(String field) {
    return fields.names().entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(field))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(fields.defaultMode());
  }

  private static void client(Map<String, Object> line, CompletedExchange exchange) {
    Peer peer = exchange.request().peer();
    boolean ipv6 = peer.text().indexOf(':') >= 0;
    line.put("ClientAddr", (ipv6 ? '[' + peer.text() + ']' : peer.text()) + ':' + peer.port());
    line.put("ClientHost", LineFormat.client(exchange));
    line.put("ClientPort", Integer.toString(peer.port()));
    line.put("ClientUsername", LineFormat.user(exchange));
  }

  private void request(Map<String, Object> line, CompletedExchange exchange, long count) {
    String host = exchange.host();
    int colon = host.lastIndexOf(':');
    boolean withPort = colon > host.lastIndexOf(']');
    line.put("RequestAddr", host);
    line.put("RequestHost", withPort ? host.substring(0, colon) : host);
    line.put("RequestPort", withPort ? host.substring(colon + 1) : "-");
    line.put("RequestMethod", exchange.request().method());
    line.put("RequestPath", LineFormat.path(exchange, fields));
    line.put("RequestProtocol", exchange.protocol());
    line.put("RequestScheme", exchange.request().secure() ? "https" : "http");
    exchange
        .request()
        .tls()
        .ifPresent(
            tls -> {
              line.put("TLSVersion", tls.version());
              line.put("TLSCipher", tls.cipherSuite());
              if (!tls.certificates().isEmpty()) {
                line.put(
                    "TLSClientSubject",
                    tls.certificates().getFirst().getSubjectX500Principal().getName());
              }
            });
    line.put("RequestContentSize", exchange.requestBytes());
    line.put("RequestCount", count);
    line.put("entryPointName", exchange.request().entryPoint());
  }

  private static void answer(Map<String, Object> line, CompletedExchange exchange) {
    line.put("DownstreamStatus", exchange.response().status());
    line.put("DownstreamContentSize", exchange.responseBytes());
    line.put("Duration", exchange.duration().toNanos());
    line.put("StartUTC", exchange.startedAt().toString());
    line.put(
        "StartLocal",
        exchange.startedAt().atZone(ZoneId.systemDefault()).toOffsetDateTime().toString());
    line.put("RetryAttempts", exchange.trail().retries());
  }

  private static void origin(Map<String, Object> line, CompletedExchange exchange) {
    Trail trail = exchange.trail();
    if (!trail.router().isEmpty()) {
      line.put("RouterName", trail.routers());
      line.put("ServiceName", trail.hasReachedService() ? trail.servedBy() : trail.service());
    }
    if (!trail.server().isEmpty()) {
      line.put("ServiceURL", trail.server());
      line.put("ServiceAddr", trail.server().substring(trail.server().indexOf("//") + 2));
    }
    long originTime = trail.originStatus() < 0 ? 0 : trail.originHead() - trail.originStarted();
    if (trail.originStatus() >= 0) {
      line.put("OriginStatus", trail.originStatus());
      line.put("OriginContentSize", Math.max(0, trail.originBytes()));
      line.put("OriginDuration", originTime);
    }
    line.put("Overhead", exchange.duration().toNanos() - originTime);
  }

  private void headers(Map<String, Object> line, String prefix, Headers headers) {
    headers.forEach(
        (name, value) -> {
          switch (LineFormat.mode(fields.headers(), name)) {
            case KEEP -> line.merge(prefix + name, value, (before, more) -> before + "," + more);
            case REDACT -> line.put(prefix + name, "REDACTED");
            case DROP -> {}
          }
        });
  }
}
