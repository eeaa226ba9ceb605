package io.phalanx.node.exchange;

import java.util.Optional;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request, as it came through the entry point's bounds and normalisation, and as
 * middlewares edit it on its way. Not thread-safe: belongs to its exchange.
 *
 * <p>The path is kept percent-encoded, as it goes to the server; {@link #routingPath()} is what
 * rules compare.
 */
public final class RequestHead {
  private final String method;
  private final boolean secure;
  private final String entryPoint;
  private final Peer peer;
  private final Headers headers;
  private final String routingHost;
  private final String firstPath;
  private final Optional<String> firstQuery;
  private String sentPath;
  private Optional<String> sentQuery;
  private String host;
  private String path;
  private @Nullable String routingPath;
  private String query;
  private boolean hasQuery;
  private boolean peerWithheld;
  private Optional<ClientTls> tls = Optional.empty();
  private String upgrade = "";
  private @Nullable Client client;

  /** What became known of who sends the request; all copies of a head have the same. */
  private static final class Client {
    private String user = "";
  }

  /**
   * @param host authority as the client wrote it, with port if it gave one; empty if it gave none
   *     (HTTP/1.0)
   * @param path percent-encoded, starts with {@code /} or is {@code *}
   * @param query without the question mark, as it came; empty if there is none
   * @param headers without {@code Host}
   */
  public RequestHead(
      String method,
      boolean secure,
      String entryPoint,
      Peer peer,
      String host,
      String path,
      Optional<String> query,
      Headers headers) {
    this.method = method;
    this.secure = secure;
    this.entryPoint = entryPoint;
    this.peer = peer;
    this.host = host;
    this.routingHost = Hosts.canonical(host);
    this.path = path;
    this.query = query.orElse("");
    this.hasQuery = query.isPresent();
    this.headers = headers;
    this.firstPath = path;
    this.firstQuery = query;
    this.sentPath = path;
    this.sentQuery = query;
  }

  private RequestHead(RequestHead other) {
    this.method = other.method;
    this.secure = other.secure;
    this.entryPoint = other.entryPoint;
    this.peer = other.peer;
    this.host = other.host;
    this.routingHost = other.routingHost;
    this.path = other.path;
    this.query = other.query;
    this.hasQuery = other.hasQuery;
    this.peerWithheld = other.peerWithheld;
    this.tls = other.tls;
    this.upgrade = other.upgrade;
    this.client = other.client();
    this.firstPath = other.firstPath;
    this.firstQuery = other.firstQuery;
    this.sentPath = other.sentPath;
    this.sentQuery = other.sentQuery;
    this.headers = HeaderLines.copyOf(other.headers);
  }

  /** The same head as it stands now, to be edited by itself. */
  public RequestHead copy() {
    return new RequestHead(this);
  }

  public String method() {
    return method;
  }

  /** Whether the client's connection is TLS. */
  public boolean secure() {
    return secure;
  }

  /** The client's TLS connection; empty if it is none. */
  public Optional<ClientTls> tls() {
    return tls;
  }

  public void tls(ClientTls tls) {
    this.tls = Optional.of(tls);
  }

  /** The name of the entry point that the request came by. */
  public String entryPoint() {
    return entryPoint;
  }

  public Peer peer() {
    return peer;
  }

  /** The lines of the head but {@code Host}, for which there is {@link #host()}. */
  public Headers headers() {
    return headers;
  }

  /** The authority that is sent to the server, as it was written; empty if there is none. */
  public String host() {
    return host;
  }

  public void host(String host) {
    this.host = host;
  }

  /**
   * The client's host as rules compare it: lower case, without port, brackets and final dot. Edits
   * do not change it.
   */
  public String routingHost() {
    return routingHost;
  }

  /** The percent-encoded path. */
  public String path() {
    return path;
  }

  public void path(String path) {
    this.path = path;
    this.routingPath = null;
  }

  /**
   * The path with every triplet decoded but those of reserved characters, which stay encoded in
   * upper case.
   */
  public String routingPath() {
    String known = routingPath;
    if (known == null) {
      known = Paths.routing(path);
      routingPath = known;
    }
    return known;
  }

  /** The query without the question mark, as it came; empty if there is none. */
  public String query() {
    return query;
  }

  /** Whether there is a question mark, be it with nothing behind it. */
  public boolean hasQuery() {
    return hasQuery;
  }

  public void query(String query) {
    this.query = query;
    this.hasQuery = true;
  }

  /** Path and query, as they stand in a request line. */
  public String target() {
    return hasQuery ? path + '?' + query : path;
  }

  /** Path and query as they came through the entry point, whatever was edited since. */
  public String firstTarget() {
    return target(firstPath, firstQuery);
  }

  /** Path and query as the client wrote them, before the entry point put them into their form. */
  public String sentTarget() {
    return target(sentPath, sentQuery);
  }

  /** Told by the entry point: path and query as they came. */
  public void sent(String path, Optional<String> query) {
    this.sentPath = path;
    this.sentQuery = query;
  }

  private static String target(String path, Optional<String> query) {
    return query.isPresent() ? path + '?' + query.get() : path;
  }

  /**
   * The protocols, as a list value (RFC 9110, section 7.8), with one of which the client asks to go
   * on in place of HTTP; empty if it asks for none. {@code h2c} is never among them. A request for
   * WebSocket by HTTP/2 (RFC 8441) looks here as one by HTTP/1.1 does: GET, and a {@code
   * Sec-WebSocket-Key}.
   */
  public String upgrade() {
    return upgrade;
  }

  /** Whether {@code protocol} is one with which the client asks to go on. */
  public boolean asksFor(String protocol) {
    for (var asked = new StringTokenizer(upgrade, ", "); asked.hasMoreTokens(); ) {
      if (asked.nextToken().equalsIgnoreCase(protocol)) {
        return true;
      }
    }
    return false;
  }

  /** Told by the entry point: the client asks for one of these protocols. */
  public void upgrade(String protocols) {
    upgrade = protocols;
  }

  /** Whether the peer is not appended to {@code X-Forwarded-For}; what stands there is sent. */
  public boolean peerWithheld() {
    return peerWithheld;
  }

  /** Keeps the peer from the server, as Traefik does where {@code X-Forwarded-For} is emptied. */
  public void withholdPeer() {
    peerWithheld = true;
  }

  /**
   * By what name the client logged in, or tried to, for the access log; empty if it did not. Copies
   * of this head, made before or after, say the same.
   */
  public String user() {
    Client known = client;
    return known == null ? "" : known.user;
  }

  /** Told by whoever looks at the client's credentials. */
  public void user(String name) {
    client().user = name;
  }

  private Client client() {
    Client known = client;
    if (known == null) {
      known = new Client();
      client = known;
    }
    return known;
  }
}
