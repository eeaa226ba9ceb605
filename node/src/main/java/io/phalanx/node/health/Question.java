package io.phalanx.node.health;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.service.Server;
import io.phalanx.providers.dynamic.HealthCheck;
import io.phalanx.providers.tree.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one server is asked. Equal questions have equal answers.
 *
 * @param target where it is sent first
 * @param host for {@code Host}
 * @param uri path and query
 * @param status the only one that is well; 0: any from 200 to 399
 * @param timeout for the answer, wherever it leads
 */
public record Question(
    HealthCheck.Mode mode,
    Forwarder.Target target,
    String method,
    String host,
    String uri,
    List<Line> headers,
    int status,
    boolean followsRedirects,
    Duration timeout)
    implements Inquiry {
  private static final String GRPC_CHECK = "/grpc.health.v1.Health/Check";

  /** One header line. */
  public record Line(HeaderName name, String value) {}

  public Question {
    headers = List.copyOf(headers);
    if (!HeaderName.isToken(method)) {
      throw new IllegalArgumentException("method \"" + method + "\" is none");
    }
  }

  /** The whole URL. */
  URI location() {
    return target.url().resolve(uri);
  }

  /**
   * Asked of {@code server} by the transport that it has for requests. As in Traefik gRPC servers
   * are asked without TLS where {@code scheme} says so; where it says nothing the server's own
   * scheme counts.
   *
   * @throws IllegalArgumentException if the question cannot be sent
   */
  public static Question of(HealthCheck options, Server server, Forwarder.Transport transport) {
    boolean grpc = options.mode() == HealthCheck.Mode.GRPC;
    String scheme = options.scheme().orElse(server.url().getScheme().toLowerCase(Locale.ROOT));
    String authority = authority(server.url(), options);
    String spoken = grpc && scheme.equals("http") ? "h2c" : scheme;
    boolean same =
        spoken.equalsIgnoreCase(server.url().getScheme())
            && authority.equals(server.url().getRawAuthority());
    // The same URL has the same connections as requests have.
    URI base = same ? server.url() : URI.create(spoken + "://" + authority);
    return new Question(
        options.mode(),
        new Forwarder.Target(base, true, false, transport),
        grpc ? "POST" : options.method(),
        options.hostname().orElse(authority),
        grpc ? GRPC_CHECK : resolved(server.url(), options.path()),
        lines(options.headers()),
        options.status(),
        options.followRedirects(),
        options.timeout());
  }

  private static String authority(URI server, HealthCheck options) {
    String authority = server.getRawAuthority();
    if (options.port().isEmpty()) {
      return authority;
    }
    int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    return (colon < 0 ? authority : authority.substring(0, colon)) + ':' + options.port().get();
  }

  /** Path and query, where {@code path} leads to from the server's URL. */
  private static String resolved(URI server, String path) {
    String own = server.getRawPath() == null ? "" : server.getRawPath();
    String base = own.isEmpty() ? "/" : own;
    if (path.isEmpty() || path.startsWith("?")) {
      return base + path;
    }
    try {
      return target(new URI("http://h" + base).resolve(new URI(path)));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("path cannot be read: " + e.getMessage(), e);
    }
  }

  /** Path and query as they stand in a request line. */
  static String target(URI uri) {
    String path = uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : '?' + uri.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + query;
  }

  /** A {@code Host} among them is not sent, as in Traefik: that is {@code hostname}. */
  private static List<Line> lines(Map<String, Secret> headers) {
    return headers.entrySet().stream()
        .map(
            entry ->
                new Line(HeaderName.of(entry.getKey()), Headers.checked(entry.getValue().value())))
        .sorted(Comparator.comparing(Line::name))
        .toList();
  }
}
