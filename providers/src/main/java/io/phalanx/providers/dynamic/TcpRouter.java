package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import java.util.List;
import java.util.Optional;

/**
 * Which connections go which way.
 *
 * @param entryPoints names; empty for the default ones
 * @param priority 0 for the length of the rule, and below all others for {@code HostSNI(`*`)}
 * @param middlewares in the order in which they run
 * @param tls for connections with TLS; without it the router takes the others
 */
public record TcpRouter(
    List<String> entryPoints,
    List<String> middlewares,
    @Default("") String service,
    @Default("") String rule,
    Optional<Router.RuleSyntax> ruleSyntax,
    long priority,
    @AllowEmpty Optional<TcpTls> tls) {
  /**
   * @param passthrough whether the server's own TLS goes through as it is
   */
  public record TcpTls(
      boolean passthrough,
      Optional<String> options,
      Optional<String> certResolver,
      List<Router.Domain> domains) {}
}
