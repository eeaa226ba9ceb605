package io.phalanx.node.entrypoint;

import io.phalanx.node.entrypoint.EntryPointOptions.UnderscoreHeaders;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.http2.Fields;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a request head of what Undertow parsed, or refuses it. The order of the steps is Traefik's.
 */
final class RequestReader {
  /**
   * What a server of HTTP/1.1 wants for its proof that it speaks WebSocket (RFC 6455, section 1.3).
   * HTTP/2 has no place for the proof, so that any key will do: 16 bytes.
   */
  private static final String WEBSOCKET_KEY = "cGhhbGFueC1hbmQtaHR0cDI=";

  private final EntryPointOptions options;
  private final ForwardingHeaders forwardingHeaders;

  RequestReader(EntryPointOptions options, String ownName) {
    this.options = options;
    this.forwardingHeaders = new ForwardingHeaders(options, ownName);
  }

  RequestHead read(HttpServerExchange exchange, Peer peer) throws RefusedException {
    @Nullable RefusedException refused = exchange.getAttachment(HeadParser.REFUSAL);
    if (refused != null) {
      throw refused;
    }
    HeaderMap headers = exchange.getRequestHeaders();
    boolean secure = exchange.getConnection().getSslSessionInfo() != null;
    RequestTarget target = RequestTarget.of(exchange.getRequestURI());
    String host = host(exchange, headers, target);
    refuseUnknownExpectation(headers);
    String method = exchange.getRequestMethod().toString();
    if (method.equals("CONNECT")) {
      // Undertow would end the connection.
      exchange.setRequestMethod(Methods.GET);
    }
    refuseWithoutPath(method, target);
    String upgrade = UpgradeRequest.protocols(exchange, headers);
    var asked = new Asked(method, target, host, upgrade, secure, peer);
    return head(asked, headers, () -> exchange.setPersistent(false));
  }

  /**
   * Reads a head that came by HTTP/2, with its pseudo-headers and framing checked. An extended
   * CONNECT for WebSocket (RFC 8441) becomes what HTTP/1.1 has in its place.
   */
  RequestHead read(Fields fields, boolean secure, Peer peer) throws RefusedException {
    if (fields.isTooLarge()) {
      throw RefusedException.headTooLarge();
    }
    String host = fields.authority();
    if (host.isEmpty()) {
      throw RefusedException.noHost();
    }
    if (!RequestTarget.isAuthority(host)) {
      throw RefusedException.malformed("a host with characters that may not be in one");
    }
    HeaderMap headers = headers(fields);
    refuseUnknownExpectation(headers);
    String method = fields.method();
    String upgrade = "";
    if (fields.protocol().equalsIgnoreCase("websocket")) {
      method = "GET";
      upgrade = "websocket";
      headers.put(Headers.UPGRADE, upgrade);
      headers.put(Headers.CONNECTION, "Upgrade");
      headers.put(Headers.SEC_WEB_SOCKET_KEY, WEBSOCKET_KEY);
    }
    RequestTarget target = RequestTarget.of(fields.path());
    refuseWithoutPath(method, target);
    return head(new Asked(method, target, host, upgrade, secure, peer), headers, () -> {});
  }

  private static HeaderMap headers(Fields fields) throws RefusedException {
    var headers = new HeaderMap();
    try {
      for (int i = 0; i < fields.size(); i++) {
        headers.add(UndertowHeaders.name(fields.name(i).header()), fields.value(i));
      }
    } catch (IllegalStateException _) {
      // Undertow holds 127 lines with the same name.
      throw RefusedException.headTooLarge();
    }
    return headers;
  }

  /** What a request says before its headers are looked at. */
  private record Asked(
      String method,
      RequestTarget target,
      String host,
      String upgrade,
      boolean secure,
      Peer peer) {}

  /**
   * @param whenClosing called if the client wants its connection to end with the answer
   */
  private RequestHead head(Asked asked, HeaderMap headers, Runnable whenClosing)
      throws RefusedException {
    applyUnderscorePolicy(headers);
    String path = asked.target.normalisedPath(options.sanitizePath());
    Optional<String> query = asked.target.query(options.encodeQuerySemicolons());
    if (forwardingHeaders.apply(headers, asked.peer, asked.host, asked.secure)) {
      whenClosing.run();
    }
    headers.remove(Headers.HOST);
    var head =
        new RequestHead(
            asked.method,
            asked.secure,
            options.name(),
            asked.peer,
            asked.host,
            path,
            query,
            new UndertowHeaders(headers));
    head.sent(asked.target.path(), asked.target.rawQuery());
    head.upgrade(asked.upgrade);
    if (!options.appendForwardedFor()) {
      head.withholdPeer();
    }
    return head;
  }

  private static void refuseUnknownExpectation(HeaderMap headers) throws RefusedException {
    @Nullable HeaderValues expected = headers.get(Headers.EXPECT);
    if (expected != null
        && (expected.size() > 1 || !expected.getFirst().equalsIgnoreCase("100-continue"))) {
      throw RefusedException.unknownExpectation();
    }
  }

  private static void refuseWithoutPath(String method, RequestTarget target)
      throws RefusedException {
    if (method.equals("CONNECT")) {
      throw RefusedException.connect();
    }
    if (target.isAsterisk()) {
      throw method.equals("OPTIONS")
          ? RefusedException.optionsOfTheProxy()
          : RefusedException.noPath();
    }
  }

  private void applyUnderscorePolicy(HeaderMap headers) throws RefusedException {
    if (options.underscoreHeaders() == UnderscoreHeaders.KEEP) {
      return;
    }
    for (HttpString name : headers.getHeaderNames().toArray(new HttpString[0])) {
      if (name.toString().indexOf('_') >= 0) {
        if (options.underscoreHeaders() == UnderscoreHeaders.REJECT) {
          throw RefusedException.underscore();
        }
        headers.remove(name);
      }
    }
  }

  /**
   * The authority of the request: that of an absolute target, which has one (RFC 9110, section
   * 4.2.1), whatever Host says (RFC 9112, section 3.2.2), else Host.
   */
  private static String host(HttpServerExchange exchange, HeaderMap headers, RequestTarget target)
      throws RefusedException {
    @Nullable HeaderValues lines = headers.get(Headers.HOST);
    if (lines == null && exchange.isHttp11()) {
      throw RefusedException.noHost();
    }
    if (lines != null && lines.size() > 1) {
      throw RefusedException.malformed("more than one Host");
    }
    if (target.authority().filter(String::isEmpty).isPresent()) {
      throw RefusedException.malformed("an absolute target without a host");
    }
    String named = lines == null ? "" : lines.getFirst();
    String host = target.authority().orElse(named);
    if (!RequestTarget.isAuthority(named) || !RequestTarget.isAuthority(host)) {
      throw RefusedException.malformed("a host with characters that may not be in one");
    }
    return host;
  }
}
