package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.PathOptions;
import java.util.Optional;

/**
 * {@code redirectScheme}, and what entry points redirect with: sends the client to the same URL
 * with another scheme or port. GET gets 301 or 302, other methods, HEAD too, 308 or 307, so that
 * they are repeated as they were.
 */
public final class RedirectScheme implements Middleware {
  public static final MiddlewareType<PathOptions.RedirectScheme> TYPE =
      new MiddlewareType<>(
          "redirectScheme",
          PathOptions.RedirectScheme.class,
          (options, _) -> new RedirectScheme(options));

  private final String scheme;
  private final String port;
  private final boolean permanent;

  public RedirectScheme(PathOptions.RedirectScheme options) {
    this.scheme = options.scheme();
    this.port =
        options
            .port()
            .filter(given -> !given.isEmpty() && !isUsual(given))
            .map(given -> ':' + given)
            .orElse("");
    this.permanent = options.permanent();
  }

  private boolean isUsual(String given) {
    return (scheme.equals("http") && given.equals("80"))
        || (scheme.equals("https") && given.equals("443"));
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    String tail = request.hasQuery() ? request.path() + '?' + request.query() : request.path();
    String before = currentScheme(request) + "://" + request.host() + tail;
    String after = scheme + "://" + hostWithoutPort(request.host()) + port + tail;
    if (before.equals(after)) {
      return Verdict.PROCEED;
    }
    boolean get = request.method().equals("GET");
    Answer.Field location = new Answer.Field(HeaderName.LOCATION, after);
    return new Verdict.Respond(
        permanent
            ? get
                ? Answer.text(301, "Moved Permanently", location)
                : Answer.text(308, "Permanent Redirect", location)
            : get
                ? Answer.text(302, "Found", location)
                : Answer.text(307, "Temporary Redirect", location));
  }

  /** What the client used towards whoever terminates its TLS, if a trusted one tells. */
  private static String currentScheme(RequestHead request) {
    Optional<String> told = request.headers().first(HeaderName.X_FORWARDED_PROTO);
    return switch (told.orElse("")) {
      case "http", "ws" -> "http";
      case "https", "wss" -> "https";
      default -> request.secure() ? "https" : "http";
    };
  }

  private static String hostWithoutPort(String host) {
    int bracket = host.lastIndexOf(']');
    int colon = host.lastIndexOf(':');
    return colon > bracket ? host.substring(0, colon) : host;
  }
}
