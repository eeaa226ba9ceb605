package io.phalanx.node.middleware;

import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Writes the head of what an auth server is asked. */
final class AuthHead {
  private static final HeaderName METHOD = HeaderName.of("X-Forwarded-Method");
  private static final HeaderName HOST = HeaderName.of("X-Forwarded-Host");
  private static final HeaderName PORT = HeaderName.of("X-Forwarded-Port");
  private static final HeaderName URI_NAME = HeaderName.of("X-Forwarded-Uri");

  /** Those of one connection, and of the body. */
  private static final Set<String> NEVER =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "keep-alive",
          "te",
          "trailer",
          "trailers",
          "transfer-encoding",
          "upgrade");

  /** Whether a header is about a connection, or about where its message ends. */
  static boolean isOfConnection(String name) {
    return NEVER.contains(name.toLowerCase(Locale.ROOT));
  }

  private final URI address;
  private final Trust trust;
  private final Set<String> only;
  private final boolean preservesMethod;

  /** What Traefik's {@code trustForwardHeader} makes of the headers that say how a request came. */
  enum Trust {
    /** Those that there are stay. */
    KEPT,
    /** All of them are written anew. */
    WRITTEN,
    /** Not said: the main ones are written anew, the others stay. */
    MAIN_WRITTEN;

    static Trust of(Optional<Boolean> option) {
      return option.isEmpty() ? MAIN_WRITTEN : option.get() ? KEPT : WRITTEN;
    }
  }

  /**
   * @param only names of the client's headers that are sent; all if there are none
   */
  AuthHead(URI address, Trust trust, List<String> only, boolean preservesMethod) {
    this.address = address;
    this.trust = trust;
    this.only =
        only.stream()
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .collect(java.util.stream.Collectors.toUnmodifiableSet());
    this.preservesMethod = preservesMethod;
  }

  RequestHead of(RequestHead request) {
    var headers = new HeaderLines();
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (isSent(name.toLowerCase(Locale.ROOT))) {
                headers.add(HeaderName.of(name), value);
              }
            });
    tellHowItCame(request, headers);
    String path = address.getRawPath() == null ? "" : address.getRawPath();
    var head =
        new RequestHead(
            preservesMethod ? request.method() : "GET",
            request.secure(),
            request.entryPoint(),
            request.peer(),
            address.getRawAuthority(),
            path.isEmpty() ? "/" : path,
            Optional.ofNullable(address.getRawQuery()),
            headers);
    head.withholdPeer();
    return head;
  }

  private boolean isSent(String name) {
    boolean managed = name.startsWith("x-forwarded-") || name.equals("x-real-ip");
    if (NEVER.contains(name) || (trust == Trust.WRITTEN && managed)) {
      return false;
    }
    return only.isEmpty() || only.contains(name);
  }

  private void tellHowItCame(RequestHead request, Headers headers) {
    String peer = request.peer().text();
    String before = String.join(", ", request.headers().all(HeaderName.X_FORWARDED_FOR));
    boolean kept = trust == Trust.KEPT && !request.peerWithheld() && !before.isEmpty();
    headers.set(HeaderName.X_FORWARDED_FOR, kept ? before + ", " + peer : peer);
    String scheme = request.secure() ? "https" : "http";
    write(headers, request, METHOD, request.method());
    write(headers, request, HeaderName.X_FORWARDED_PROTO, scheme);
    write(headers, request, HOST, request.host());
    write(headers, request, URI_NAME, request.target());
    if (trust != Trust.MAIN_WRITTEN) {
      write(headers, request, PORT, port(request));
    }
  }

  private void write(Headers headers, RequestHead request, HeaderName name, String value) {
    String known = trust == Trust.KEPT ? request.headers().first(name).orElse("") : "";
    headers.set(name, known.isEmpty() ? value : known);
  }

  private static String port(RequestHead request) {
    String host = request.host();
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') && colon + 1 < host.length()
        ? host.substring(colon + 1)
        : request.secure() ? "443" : "80";
  }
}
