package io.phalanx.node.entrypoint;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Peer;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the way a request came: taken from a peer that is trusted, else removed, and
 * filled in where it is missing, as Traefik does. {@code X-Forwarded-For} gets the peer only when
 * the request is sent on.
 */
final class ForwardingHeaders {
  private static final HttpString FOR = new HttpString("X-Forwarded-For");
  private static final HttpString PROTO = new HttpString("X-Forwarded-Proto");
  private static final HttpString HOST = new HttpString("X-Forwarded-Host");
  private static final HttpString PORT = new HttpString("X-Forwarded-Port");
  private static final HttpString SERVER = new HttpString("X-Forwarded-Server");
  private static final HttpString REAL_IP = new HttpString("X-Real-Ip");
  private static final int SHORTEST_MANAGED = "x-real-ip".length();

  /** The headers that only a trusted peer may send, in lower case. */
  private static final Set<String> MANAGED =
      Set.of(
          "x-forwarded-proto",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-server",
          "x-forwarded-uri",
          "x-forwarded-method",
          "x-forwarded-prefix",
          "x-forwarded-tls-client-cert",
          "x-forwarded-tls-client-cert-info",
          "x-real-ip");

  /** What {@code Connection} cannot take away: the framing, the host, and what is read here. */
  private static final Set<HttpString> NEVER_NAMED =
      Set.of(
          Headers.CONTENT_LENGTH,
          Headers.TRANSFER_ENCODING,
          Headers.HOST,
          Headers.TE,
          Headers.CONNECTION,
          Headers.UPGRADE);

  private final EntryPointOptions options;
  private final String ownName;
  private final Set<HttpString> keptWhenNamed;

  ForwardingHeaders(EntryPointOptions options, String ownName) {
    this.options = options;
    this.ownName = ownName;
    this.keptWhenNamed =
        options.connectionHeaders().stream()
            .map(HeaderName::toString)
            .map(HttpString::tryFromString)
            .collect(Collectors.toUnmodifiableSet());
  }

  private boolean isTrusted(Peer peer) {
    if (options.trustEverybody()) {
      return true;
    }
    for (AddressRange range : options.trusted()) {
      if (range.contains(peer.address())) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether the client wants its connection to end with the answer. */
  boolean apply(HeaderMap headers, Peer peer, String host, boolean secure) {
    if (!isTrusted(peer)) {
      removeManaged(headers);
    }
    joinForwardedFor(headers);
    boolean webSocket = isWebSocket(headers);
    setIfEmpty(headers, REAL_IP, peer.text());
    setIfEmpty(headers, PROTO, webSocket ? (secure ? "wss" : "ws") : secure ? "https" : "http");
    if (isEmpty(headers, PORT)) {
      headers.put(PORT, port(headers, host, secure));
    }
    if (!host.isEmpty()) {
      setIfEmpty(headers, HOST, host);
    }
    headers.put(SERVER, ownName);
    return removeNamedByConnection(headers);
  }

  private static void removeManaged(HeaderMap headers) {
    List<HttpString> claimed = List.of();
    for (long at = headers.fastIterate(); at != -1L; at = headers.fiNext(at)) {
      HttpString name = headers.fiCurrent(at).getHeaderName();
      if (isManaged(name)) {
        claimed = claimed.isEmpty() ? new ArrayList<>() : claimed;
        claimed.add(name);
      }
    }
    claimed.forEach(headers::remove);
  }

  /** An underscore counts as a dash, because some servers take it for one. */
  private static boolean isManaged(HttpString name) {
    return name.length() >= SHORTEST_MANAGED
        && (name.byteAt(0) | 0x20) == 'x'
        && MANAGED.contains(name.toString().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private static void joinForwardedFor(HeaderMap headers) {
    @Nullable HeaderValues lines = headers.get(FOR);
    if (lines != null && lines.size() > 1) {
      headers.put(FOR, String.join(", ", lines));
    }
  }

  private static boolean isEmpty(HeaderMap headers, HttpString name) {
    @Nullable String value = headers.getFirst(name);
    return value == null || value.isEmpty();
  }

  private static void setIfEmpty(HeaderMap headers, HttpString name, String value) {
    if (isEmpty(headers, name)) {
      headers.put(name, value);
    }
  }

  private static String port(HeaderMap headers, String host, boolean secure) {
    int colon = host.lastIndexOf(':');
    boolean bareIpv6 = host.endsWith("]");
    if (colon >= 0 && !bareIpv6 && colon + 1 < host.length()) {
      return host.substring(colon + 1);
    }
    @Nullable String proto = headers.getFirst(PROTO);
    return secure || "https".equals(proto) || "wss".equals(proto) ? "443" : "80";
  }

  private static boolean isWebSocket(HeaderMap headers) {
    @Nullable String upgrade = headers.getFirst(Headers.UPGRADE);
    @Nullable String connection = headers.getFirst(Headers.CONNECTION);
    return upgrade != null
        && connection != null
        && upgrade.equalsIgnoreCase("websocket")
        && connection.toLowerCase(Locale.ROOT).contains("upgrade");
  }

  /**
   * What {@code Connection} names is for this hop only; but nobody may so remove what the entry
   * point says about the peer.
   */
  private boolean removeNamedByConnection(HeaderMap headers) {
    @Nullable Collection<String> lines = headers.remove(Headers.CONNECTION);
    if (lines == null) {
      return false;
    }
    boolean closing = false;
    for (String line : lines) {
      for (var names = new StringTokenizer(line, ", \t"); names.hasMoreTokens(); ) {
        HttpString name = HttpString.tryFromString(names.nextToken());
        closing |= name.equals(Headers.CLOSE);
        if (!NEVER_NAMED.contains(name) && !keptWhenNamed.contains(name) && !isManaged(name)) {
          headers.remove(name);
        }
      }
    }
    return closing;
  }
}
