package io.phalanx.node.middleware;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.PathEncoding;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.PathOptions;
import io.phalanx.providers.regex.Regex;
import java.util.List;

/**
 * {@code stripPrefixRegex}: takes what the first of some expressions finds off the path, if the
 * decoded path starts with that. A path that holds what may not stand in a header (the prefix is
 * told in {@code X-Forwarded-Prefix}) or is no UTF-8 is left as it is.
 */
public final class StripPrefixRegex implements Middleware {
  public static final MiddlewareType<PathOptions.StripPrefixRegex> TYPE =
      new MiddlewareType<>(
          "stripPrefixRegex",
          PathOptions.StripPrefixRegex.class,
          (options, _) -> new StripPrefixRegex(options));

  private final List<Pattern> expressions;

  private StripPrefixRegex(PathOptions.StripPrefixRegex options) {
    this.expressions =
        options.regex().stream()
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .map(Regex::compile)
            .toList();
    if (expressions.isEmpty()) {
      throw new IllegalArgumentException("regex must not be empty");
    }
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    String decoded = PathEncoding.decode(request.path());
    if (!isText(decoded)) {
      return Verdict.PROCEED;
    }
    for (Pattern expression : expressions) {
      Matcher matcher = expression.matcher(decoded);
      // The leftmost one is what counts; Traefik looks at its text and not at its place.
      if (matcher.find() && !matcher.group().isEmpty() && decoded.startsWith(matcher.group())) {
        return PrefixStripping.strip(request, matcher.group());
      }
    }
    return Verdict.PROCEED;
  }

  private static boolean isText(String decoded) {
    for (int i = 0; i < decoded.length(); i++) {
      char c = decoded.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c == '\ufffd') {
        return false;
      }
    }
    return true;
  }
}
