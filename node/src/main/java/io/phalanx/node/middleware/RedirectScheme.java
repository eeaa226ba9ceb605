package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.PathOptions;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code redirectScheme}, and what entry points redirect with: sends the client to the same URL
 * with another scheme or port. What is there already goes on.
 *
 * <p>A request that names no host gets 400 (Traefik sends it to a URL without one).
 */
public final class RedirectScheme implements Middleware {
  public static final MiddlewareType<PathOptions.RedirectScheme> TYPE =
      new MiddlewareType<>(
          "redirectScheme",
          PathOptions.RedirectScheme.class,
          (options, _) -> new RedirectScheme(options));

  private static final Verdict NO_HOST = new Verdict.Respond(Answer.text(400, "Bad Request"));

  private final String scheme;
  private final String port;
  private final boolean permanent;

  public RedirectScheme(PathOptions.RedirectScheme options) {
    this.scheme = options.scheme();
    if (!scheme.matches("[A-Za-z][A-Za-z0-9+.-]{0,30}")) {
      throw new IllegalArgumentException("scheme \"" + scheme + "\" is not a scheme");
    }
    this.port = options.port().filter(given -> !given.isEmpty()).map(this::suffix).orElse("");
    this.permanent = options.permanent();
  }

  private String suffix(String given) {
    if (!given.matches("\\d{1,5}") || given.matches("0+") || Integer.parseInt(given) > 65_535) {
      throw new IllegalArgumentException("port \"" + given + "\" is not from 1 to 65535");
    }
    return isUsual(scheme, given) ? "" : ':' + given;
  }

  private static boolean isUsual(String scheme, String port) {
    return port.isEmpty()
        || (scheme.equals("http") && port.equals("80"))
        || (scheme.equals("https") && port.equals("443"));
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    String authority = request.host();
    if (authority.isEmpty()) {
      return NO_HOST;
    }
    String host = hostWithoutPort(authority);
    String current = currentScheme(request);
    String currentPort = authority.substring(Math.min(authority.length(), host.length() + 1));
    boolean samePort =
        isUsual(current, currentPort) ? port.isEmpty() : port.equals(':' + currentPort);
    if (current.equals(scheme) && samePort) {
      return Verdict.PROCEED;
    }
    String after = scheme + "://" + host + port + request.target();
    return Redirection.to(after, request, permanent);
  }

  /** What the client used towards whoever terminates its TLS, if a trusted one tells. */
  private static String currentScheme(RequestHead request) {
    Optional<String> told = request.headers().first(HeaderName.X_FORWARDED_PROTO);
    return switch (told.orElse("").toLowerCase(Locale.ROOT)) {
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
