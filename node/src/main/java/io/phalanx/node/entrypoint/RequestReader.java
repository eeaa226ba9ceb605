package io.phalanx.node.entrypoint;

import io.phalanx.node.entrypoint.EntryPointOptions.UnderscoreHeaders;
import io.phalanx.node.exchange.HeaderName;
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

  RequestHead read(HttpServerExchange exchange, Peer peer) throws BadRequestException {
    HeaderMap headers = exchange.getRequestHeaders();
    refuseAmbiguousFraming(exchange, headers);
    String method = exchange.getRequestMethod().toString();
    if (!HeaderName.isToken(method)) {
      throw new BadRequestException("the method is no token");
    }
    if (exchange.getRequestMethod().equals(Methods.CONNECT)) {
      throw new BadRequestException(501, "CONNECT is not served");
    }
    applyUnderscorePolicy(headers);
    String uri = exchange.getRequestURI();
    String host = host(exchange, headers, uri);
    String path = path(exchange, uri);
    Optional<String> query = query(exchange);
    boolean secure = exchange.getConnection().getSslSessionInfo() != null;
    forwardingHeaders.apply(headers, peer, host, secure);
    headers.remove(Headers.HOST);
    var head =
        new RequestHead(
            method, secure, options.name(), peer, host, path, query, new UndertowHeaders(headers));
    if (!options.appendForwardedFor()) {
      head.withholdPeer();
    }
    return head;
  }

  /**
   * Two readings of where a request ends are two requests for somebody (RFC 9112, section 6.3):
   * such a request is refused.
   */
  private static void refuseAmbiguousFraming(HttpServerExchange exchange, HeaderMap headers)
      throws BadRequestException {
    @Nullable HeaderValues codings = headers.get(Headers.TRANSFER_ENCODING);
    @Nullable HeaderValues lengths = headers.get(Headers.CONTENT_LENGTH);
    if (codings != null) {
      if (lengths != null) {
        throw new BadRequestException("both Transfer-Encoding and Content-Length");
      }
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        throw new BadRequestException("a Transfer-Encoding other than chunked");
      }
      if (!exchange.isHttp11()) {
        throw new BadRequestException("Transfer-Encoding before HTTP/1.1");
      }
    }
    if (lengths != null && (lengths.size() > 1 || !isLength(lengths.getFirst()))) {
      throw new BadRequestException("more than one Content-Length, or one that is no number");
    }
  }

  private static boolean isLength(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 18;
  }

  private void applyUnderscorePolicy(HeaderMap headers) throws BadRequestException {
    if (options.underscoreHeaders() == UnderscoreHeaders.KEEP) {
      return;
    }
    for (HttpString name : headers.getHeaderNames().toArray(new HttpString[0])) {
      if (name.toString().indexOf('_') >= 0) {
        if (options.underscoreHeaders() == UnderscoreHeaders.REJECT) {
          throw new BadRequestException("a header name with an underscore");
        }
        headers.remove(name);
      }
    }
  }

  /**
   * The authority of the request: that of an absolute target, whatever Host says (RFC 9112, section
   * 3.2.2), else Host.
   */
  private static String host(HttpServerExchange exchange, HeaderMap headers, String uri)
      throws BadRequestException {
    @Nullable HeaderValues lines = headers.get(Headers.HOST);
    if (lines != null && lines.size() > 1) {
      throw new BadRequestException("more than one Host");
    }
    if (lines == null && exchange.isHttp11()) {
      throw new BadRequestException("no Host");
    }
    String host = lines == null ? "" : lines.getFirst().strip();
    if (exchange.isHostIncludedInRequestURI()) {
      int start = uri.indexOf("//") + 2;
      host = uri.substring(start, authorityEnd(uri, start));
    }
    if (!isAuthority(host)) {
      throw new BadRequestException("a host with characters that may not be in one");
    }
    return host;
  }

  private static int authorityEnd(String uri, int start) {
    for (int i = start; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c == '/' || c == '?' || c == '#') {
        return i;
      }
    }
    return uri.length();
  }

  /**
   * Host and port (RFC 3986, section 3.2): no user, no path, nothing that another parser might cut
   * at.
   */
  private static boolean isAuthority(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~!$&'()*+,;=:[]%".indexOf(c) >= 0;
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  private String path(HttpServerExchange exchange, String uri) throws BadRequestException {
    String path = uri;
    if (exchange.isHostIncludedInRequestURI()) {
      path = uri.substring(authorityEnd(uri, uri.indexOf("//") + 2));
      path = path.isEmpty() ? "/" : path;
    }
    if (path.equals("*")) {
      return path;
    }
    if (!path.startsWith("/") || path.indexOf('#') >= 0) {
      throw new BadRequestException("a target that is no path");
    }
    return TargetPath.normalise(path, options.sanitizePath());
  }

  private Optional<String> query(HttpServerExchange exchange) throws BadRequestException {
    String query = exchange.getQueryString();
    if (query.isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < query.length(); i++) {
      if (query.charAt(i) <= ' ' || query.charAt(i) == 0x7f) {
        throw new BadRequestException("a query with a character that may not be in one");
      }
    }
    return Optional.of(options.encodeQuerySemicolons() ? query.replace(";", "%3B") : query);
  }
}
