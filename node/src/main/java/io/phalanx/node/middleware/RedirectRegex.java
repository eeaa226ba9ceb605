package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.PathOptions;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * {@code redirectRegex}: sends the client to its own URL with what an expression finds replaced.
 * The URL is that of the connection ({@code http} or {@code https}, {@code Host} with its port),
 * with the path as the steps before left it. Where nothing is found, or the result is the same, the
 * request goes on.
 */
public final class RedirectRegex implements Middleware {
  public static final MiddlewareType<PathOptions.RedirectRegex> TYPE =
      new MiddlewareType<>(
          "redirectRegex",
          PathOptions.RedirectRegex.class,
          (options, _) -> new RedirectRegex(options));

  private final RegexReplacement replacement;
  private final boolean permanent;

  private RedirectRegex(PathOptions.RedirectRegex options) {
    this.replacement = new RegexReplacement(options.regex(), options.replacement());
    this.permanent = options.permanent();
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    String url = (request.secure() ? "https://" : "http://") + request.host() + request.target();
    Optional<String> replaced;
    try {
      replaced = replacement.replaced(url);
    } catch (RegexReplacement.TooManyMatchesException _) {
      return RegexReplacement.TOO_LONG;
    }
    if (replaced.isEmpty() || replaced.get().equals(url)) {
      return Verdict.PROCEED;
    }
    return Redirection.to(encoded(replaced.get()), request, permanent);
  }

  /** What may not stand in a URL, such as spaces, as percent-encoded UTF-8. */
  private static String encoded(String url) {
    var out = new StringBuilder(url.length());
    for (byte b : url.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b != 0x7f) {
        out.append((char) b);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return out.toString();
  }
}
