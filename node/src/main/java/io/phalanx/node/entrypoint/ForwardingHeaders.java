package io.phalanx.node.entrypoint;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Peer;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;
import java.util.ArrayList;
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
  private static final HttpString CONNECTION = new HttpString("Connection");
  private static final HttpString UPGRADE = new HttpString("Upgrade");

  /**
   * The headers that only a trusted peer may send; each also with underscores, which some servers
   * take for dashes.
   */
  private static final List<HttpString> MANAGED = managed();

  private static final Set<HttpString> MANAGED_SET = Set.copyOf(MANAGED);

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

  private static List<HttpString> managed() {
    var names = new ArrayList<HttpString>();
    for (String last :
        List.of(
            "Proto",
            "For",
            "Host",
            "Port",
            "Server",
            "Uri",
            "Method",
            "Prefix",
            "Tls-Client-Cert",
            "Tls-Client-Cert-Info")) {
      names.add(new HttpString("X-Forwarded-" + last));
      names.add(new HttpString(("X-Forwarded-" + last).replace('-', '_')));
    }
    names.add(REAL_IP);
    names.add(new HttpString("X_Real_Ip"));
    return List.copyOf(names);
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

  void apply(HeaderMap headers, Peer peer, String host, boolean secure) {
    if (!isTrusted(peer)) {
      for (HttpString name : MANAGED) {
        headers.remove(name);
      }
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
    removeNamedByConnection(headers);
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
    @Nullable String upgrade = headers.getFirst(UPGRADE);
    @Nullable String connection = headers.getFirst(CONNECTION);
    return upgrade != null
        && connection != null
        && upgrade.equalsIgnoreCase("websocket")
        && connection.toLowerCase(Locale.ROOT).contains("upgrade");
  }

  /**
   * What {@code Connection} names is for this hop only; but nobody may so remove what the entry
   * point says about the peer.
   */
  private void removeNamedByConnection(HeaderMap headers) {
    @Nullable HeaderValues lines = headers.get(CONNECTION);
    if (lines == null) {
      return;
    }
    for (String line : lines) {
      for (var names = new StringTokenizer(line, ", \t"); names.hasMoreTokens(); ) {
        HttpString name = HttpString.tryFromString(names.nextToken());
        if (!MANAGED_SET.contains(name) && !keptWhenNamed.contains(name) && !name.equals(UPGRADE)) {
          headers.remove(name);
        }
      }
    }
    headers.remove(CONNECTION);
  }
}
