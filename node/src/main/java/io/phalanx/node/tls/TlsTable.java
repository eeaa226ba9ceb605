package io.phalanx.node.tls;

import io.phalanx.providers.dynamic.Tls;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one entry point answers handshakes with: a certificate by the name that the client asks for,
 * and the terms that the routers of that name want. Immutable.
 */
public final class TlsTable {
  private final TlsSettings settings;
  private final Map<String, String> optionsByHost;
  private final Map<String, String> optionsByDomain;
  private final boolean anyHost;
  private final Optional<String> onDemand;

  private TlsTable(Builder builder) {
    this.settings = builder.settings;
    this.optionsByHost = Map.copyOf(builder.hosts);
    this.optionsByDomain = Map.copyOf(builder.domains);
    this.anyHost = builder.anyHost;
    this.onDemand = builder.onDemand;
  }

  /** The answer to a handshake. */
  public sealed interface Choice {
    record Serve(ServerCertificate certificate, TlsTerms terms) implements Choice {}

    record Refuse(String reason) implements Choice {}
  }

  /** Collects what routers want of the hosts in their rules. */
  public static final class Builder {
    private final TlsSettings settings;
    private final Map<String, String> hosts = new HashMap<>();
    private final Map<String, String> domains = new HashMap<>();
    private boolean anyHost;
    private Optional<String> onDemand = Optional.empty();

    private Builder(TlsSettings settings) {
      this.settings = settings;
    }

    /**
     * Routers that want different options for one host get the default ones, as in Traefik.
     *
     * @param host in lower case, perhaps with {@code *.} in front
     * @param options their qualified name; a name that there is not refuses the host
     * @return whether that contradicts what another router wants of the host
     */
    public boolean add(String host, String options) {
      boolean wildcard = host.startsWith("*.");
      Map<String, String> known = wildcard ? domains : hosts;
      String key = wildcard ? host.substring(1) : host;
      String before = known.putIfAbsent(key, options);
      if (before == null || before.equals(options)) {
        return false;
      }
      known.put(key, Tls.DEFAULT);
      return true;
    }

    /** Notes that a router takes connections for hosts that it does not name. */
    public void addAnyHost() {
      anyHost = true;
    }

    /**
     * Notes that a resolver orders certificates on demand for hosts that no router names. Of
     * several the first one counts.
     *
     * @return the one that counts instead, if so
     */
    public Optional<String> addOnDemand(String resolver) {
      onDemand = onDemand.or(() -> Optional.of(resolver));
      return onDemand.filter(one -> !one.equals(resolver));
    }

    public TlsTable build() {
      return new TlsTable(this);
    }
  }

  public static Builder builder(TlsSettings settings) {
    return new Builder(settings);
  }

  /** For an entry point before there is any configuration. */
  public static TlsTable empty(Supplier<ServerCertificate> fallback) {
    return builder(TlsSettings.read(List.of(), CertificateSources.of(fallback))).build();
  }

  private Optional<String> options(String host) {
    String exact = optionsByHost.get(host);
    int dot = exact == null ? host.indexOf('.') : -1;
    return Optional.ofNullable(dot > 0 ? optionsByDomain.get(host.substring(dot)) : exact);
  }

  /** Whether a router with TLS names this host. */
  public boolean isHostOfRouter(String host) {
    return options(host).isPresent();
  }

  /** Whether there is a router with TLS that names no host. */
  public boolean hasRouterOfAnyHost() {
    return anyHost;
  }

  /** Whether there is any router with TLS. */
  public boolean hasRouters() {
    return anyHost || !optionsByHost.isEmpty() || !optionsByDomain.isEmpty();
  }

  /**
   * @param serverName in lower case; empty if the client names none
   * @param local where the client connected to, whose certificate counts when no name is given
   */
  public Choice choose(String serverName, InetAddress local) {
    return choose(serverName, local, settings.terms(options(serverName).orElse(Tls.DEFAULT)));
  }

  /**
   * The same for a TCP router: with its own options, whatever HTTP routers want of the name, and on
   * a connection whose directions end one by one.
   *
   * @param options their qualified name
   */
  public Choice chooseForTunnel(String serverName, InetAddress local, String options) {
    return choose(serverName, local, settings.terms(options).map(TlsTerms::forTunnels));
  }

  private Choice choose(String serverName, InetAddress local, Optional<TlsTerms> terms) {
    if (terms.isEmpty()) {
      return new Choice.Refuse("the TLS options of \"" + serverName + "\" cannot be used");
    }
    String name = serverName.isEmpty() ? local.getHostAddress() : serverName;
    Optional<ServerCertificate> found = settings.find(name);
    if (onDemand.isPresent() && !serverName.isEmpty() && !isHostOfRouter(serverName)) {
      settings.demand().listener().asked(onDemand.get(), serverName, found.isPresent());
    }
    if (found.isEmpty() && terms.get().strict()) {
      return new Choice.Refuse("no certificate has the name \"" + name + "\" (sniStrict)");
    }
    return new Choice.Serve(found.orElseGet(settings::fallback), terms.get());
  }

  /**
   * What an authority is shown that looks for its challenge (TLS-ALPN-01, RFC 8737).
   *
   * @param serverName in lower case
   */
  public Optional<ServerCertificate> validation(String serverName) {
    return settings.validation(serverName);
  }

  /**
   * Whether a request's host has other options than the name that its connection was made for, so
   * that it would get around them. A host that no router serves is nobody's.
   *
   * @param serverName as the client named it in the handshake, in lower case; empty if it did not
   * @param host in lower case, without port
   */
  public boolean isMisdirected(String serverName, String host) {
    if (host.equals(serverName)) {
      return false;
    }
    Optional<String> wanted = options(host).filter(name -> settings.terms(name).isPresent());
    return wanted.isPresent() && !wanted.get().equals(options(serverName).orElse(Tls.DEFAULT));
  }
}
