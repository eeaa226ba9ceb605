package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.http2.HeadWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * The head of a request as an HTTP/2 server gets it: the same {@link RequestLines} as over
 * HTTP/1.1. It is gathered and looked at first, because a head that was begun changes the
 * connection's table and cannot be given up. Belongs to one I/O thread.
 */
final class Http2RequestHead implements BiConsumer<String, String> {
  private static final HeaderName CONTENT_TYPE = HeaderName.of("Content-Type");
  private static final String GRPC = "application/grpc";
  private static final String TE = "te";

  private final RequestLines lines = new RequestLines(this);
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private String method = "";
  private String scheme = "";
  private String authority = "";
  private String path = "";

  /**
   * Gathers the head for {@code call}.
   *
   * @param bodyLength as {@link io.phalanx.node.exchange.BodySource#length}
   * @throws IllegalArgumentException if something in it may not be sent
   */
  void prepare(Call call, long bodyLength) {
    names.clear();
    values.clear();
    RequestHead request = call.exchange().request();
    method = request.method();
    scheme = call.server().scheme() == ServerAddress.Scheme.HTTPS ? "https" : "http";
    boolean ownHost = !call.target().passHost() || request.host().isEmpty();
    authority = ownHost ? call.server().authority() : request.host();
    path = path(call, request);
    checkVisible(method);
    checkVisible(authority);
    checkVisible(path);
    lines.tell(request, bodyLength);
    addTrailersTaken(request);
    boolean lengthMeant = method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    if (bodyLength > 0 || (bodyLength == 0 && lengthMeant)) {
      add("content-length", Long.toString(bodyLength));
    }
  }

  /**
   * Some servers of gRPC refuse calls without it. Clients of gRPC-Web cannot send it, and the node
   * takes trailers whatever its client does.
   */
  private void addTrailersTaken(RequestHead request) {
    boolean grpc =
        request.headers().first(CONTENT_TYPE).filter(Http2RequestHead::isGrpc).isPresent();
    if (grpc && !names.contains(TE)) {
      add(TE, "trailers");
    }
  }

  private static boolean isGrpc(String contentType) {
    int end = GRPC.length();
    return contentType.regionMatches(true, 0, GRPC, 0, end)
        && (contentType.length() == end || "+; ".indexOf(contentType.charAt(end)) >= 0);
  }

  private static String path(Call call, RequestHead request) {
    String path = request.path();
    if (!path.equals("*")) {
      String prefix = call.target().preservePath() ? call.server().pathPrefix() : "";
      path = prefix + (path.startsWith("/") ? path : '/' + path);
    }
    return request.hasQuery() ? path + '?' + request.query() : path;
  }

  /** One line, as {@link RequestLines} tell it. */
  @Override
  public void accept(String name, String value) {
    add(name.toLowerCase(Locale.ROOT), value);
  }

  private void add(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\r' || c == '\n' || c == 0 || c > 0xff) {
        throw new IllegalArgumentException("a header line holds a character that may not be sent");
      }
    }
    if (!HeaderName.isToken(name)) {
      throw new IllegalArgumentException("not a header name: " + name);
    }
    names.add(name);
    values.add(value.strip());
  }

  private static void checkVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException(
            "the request line holds a character that may not be sent");
      }
    }
  }

  /** Writes what was gathered. */
  HeadWriter writeTo(HeadWriter head) {
    head.request(method, scheme, authority, path);
    for (int i = 0; i < names.size(); i++) {
      head.field(names.get(i), values.get(i));
    }
    return head;
  }
}
