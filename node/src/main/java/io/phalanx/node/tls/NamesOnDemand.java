package io.phalanx.node.tls;

import java.util.Set;

/**
 * Told which names clients ask for whose certificates are ordered on demand.
 *
 * @param resolvers certificate resolvers that do that
 */
public record NamesOnDemand(Set<String> resolvers, Listener listener) {
  /** Nothing is ordered on demand. */
  public static final NamesOnDemand NONE = new NamesOnDemand(Set.of(), (_, _, _) -> {});

  public NamesOnDemand {
    resolvers = Set.copyOf(resolvers);
  }

  /** Called in handshakes, and so not to wait. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param resolver of routers that name no host
     * @param serverName as a client sent it, in lower case; nobody has looked at it
     * @param isCovered whether there is a certificate for it
     */
    void asked(String resolver, String serverName, boolean isCovered);
  }
}
