package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.PathEncoding;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.PathOptions;
import java.util.List;

/** {@code stripPrefix}: takes the first prefix that the decoded path starts with off the path. */
public final class StripPrefix implements Middleware {
  public static final MiddlewareType<PathOptions.StripPrefix> TYPE =
      new MiddlewareType<>(
          "stripPrefix", PathOptions.StripPrefix.class, (options, _) -> new StripPrefix(options));

  private final List<String> prefixes;

  StripPrefix(PathOptions.StripPrefix options) {
    this.prefixes =
        options.prefixes().stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
    if (prefixes.isEmpty()) {
      throw new IllegalArgumentException("prefixes must not be empty");
    }
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    String decoded = PathEncoding.decode(request.path());
    for (String prefix : prefixes) {
      if (decoded.startsWith(prefix)) {
        return PrefixStripping.strip(request, prefix);
      }
    }
    return Verdict.PROCEED;
  }
}
