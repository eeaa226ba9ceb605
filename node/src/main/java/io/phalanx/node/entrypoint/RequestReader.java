package io.phalanx.node.entrypoint;

import io.phalanx.node.entrypoint.EntryPointOptions.UnderscoreHeaders;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
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
    refuseWithoutPath(exchange, method, target);
    applyUnderscorePolicy(headers);
    String path = target.normalisedPath(options.sanitizePath());
    Optional<String> query = target.query(options.encodeQuerySemicolons());
    String upgrade = UpgradeRequest.protocols(exchange, headers);
    if (forwardingHeaders.apply(headers, peer, host, secure)) {
      exchange.setPersistent(false);
    }
    headers.remove(Headers.HOST);
    var head =
        new RequestHead(
            method, secure, options.name(), peer, host, path, query, new UndertowHeaders(headers));
    head.upgrade(upgrade);
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

  private static void refuseWithoutPath(
      HttpServerExchange exchange, String method, RequestTarget target) throws RefusedException {
    if (method.equals("CONNECT")) {
      // Undertow would end the connection.
      exchange.setRequestMethod(Methods.GET);
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
   * The authority of the request: that of an absolute target, whatever Host says (RFC 9112, section
   * 3.2.2), else Host.
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
    String named = lines == null ? "" : lines.getFirst();
    String host = target.authority().orElse(named);
    if (!RequestTarget.isAuthority(named) || !RequestTarget.isAuthority(host)) {
      throw RefusedException.malformed("a host with characters that may not be in one");
    }
    return host;
  }
}
