package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.PathEncoding;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.PathOptions;

/**
 * {@code addPrefix}: puts a prefix in front of the path. Slashes at its end do not count, so that
 * none are doubled (Traefik doubles them).
 */
public final class AddPrefix implements Middleware {
  public static final MiddlewareType<PathOptions.AddPrefix> TYPE =
      new MiddlewareType<>(
          "addPrefix", PathOptions.AddPrefix.class, (options, _) -> new AddPrefix(options));

  private final String prefix;

  AddPrefix(PathOptions.AddPrefix options) {
    String encoded = PathEncoding.encode(options.prefix());
    this.prefix = (encoded.startsWith("/") ? encoded : '/' + encoded).replaceFirst("/+$", "");
    if (!PathEncoding.isClean(PathEncoding.decode(prefix) + '/')) {
      throw new IllegalArgumentException(
          "prefix \"" + options.prefix() + "\" holds a dot segment or an empty one");
    }
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    if (request.path().startsWith("/")) {
      request.path(prefix + request.path());
    }
    return Verdict.PROCEED;
  }
}
