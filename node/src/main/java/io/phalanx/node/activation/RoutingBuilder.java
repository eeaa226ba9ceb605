package io.phalanx.node.activation;

import io.phalanx.node.pipeline.Route;
import io.phalanx.node.pipeline.Routing;
import io.phalanx.node.routing.RouteTable;
import io.phalanx.node.rule.Rule;
import io.phalanx.node.rule.RuleHosts;
import io.phalanx.node.tcp.TcpRouting;
import io.phalanx.node.tcp.TcpTable;
import io.phalanx.node.tls.CertificateNeed;
import io.phalanx.node.tls.TlsSettings;
import io.phalanx.node.tls.TlsTable;
import io.phalanx.node.tls.WantedNames;
import io.phalanx.providers.dynamic.Router.Domain;
import io.phalanx.providers.dynamic.Router.RouterTls;
import io.phalanx.providers.dynamic.Tls;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects the routers of one entry point. */
final class RoutingBuilder {
  private final RouteTable.Builder<Route> plain = RouteTable.builder();
  private final RouteTable.Builder<Route> secure = RouteTable.builder();
  private final TlsSettings settings;
  private final TlsTable.Builder tls;
  private final TcpTable.Builder plainTcp = TcpTable.builder();
  private final TcpTable.Builder secureTcp = TcpTable.builder();
  private final WantedNames wantedNames;
  private final Set<CertificateNeed> needs = new LinkedHashSet<>();

  RoutingBuilder(TlsSettings settings, WantedNames wantedNames) {
    this.settings = settings;
    this.wantedNames = wantedNames;
    this.tls = TlsTable.builder(settings);
  }

  /** Those that see requests which come by TLS, or the others. */
  RouteTable.Builder<Route> routes(boolean byTls) {
    return byTls ? secure : plain;
  }

  /**
   * Notes what a router wants of the connections to its hosts.
   *
   * @param provider that the router is of
   * @return what of it is not as it was written
   * @throws DisabledException if its options cannot be used; its hosts refuse handshakes then
   */
  List<String> secure(Rule rule, String provider, RouterTls wanted) throws DisabledException {
    var remarks = new ArrayList<String>();
    String options = options(wanted.options(), provider);
    Set<String> hosts = RuleHosts.of(rule);
    if (hosts.isEmpty()) {
      secureForAnyHost();
    }
    for (String host : hosts) {
      if (tls.add(host, options)) {
        remarks.add(
            "another router wants other TLS options for " + host + "; it gets the default ones");
      }
    }
    if (hosts.isEmpty() && !options.equals(Tls.DEFAULT)) {
      remarks.add("its options hold for no host, because its rule names none");
    }
    Optional<String> refusal = settings.refusal(options);
    if (refusal.isPresent()) {
      throw new DisabledException(refusal.get());
    }
    remarks.addAll(want(wanted.certResolver(), wanted.domains(), hosts));
    return remarks;
  }

  /**
   * Notes what a router wants of a certificate resolver.
   *
   * @param hosts of its rule
   * @return what of it gets no certificate, and why
   */
  List<String> want(Optional<String> certResolver, List<Domain> domains, Set<String> hosts) {
    if (certResolver.filter(resolver -> !resolver.isEmpty()).isEmpty()) {
      return List.of();
    }
    if (domains.isEmpty()
        && hosts.isEmpty()
        && settings.demand().resolvers().contains(certResolver.get())) {
      return tls.addOnDemand(certResolver.get()).stream()
          .map(
              other ->
                  "certificate resolver \""
                      + certResolver.get()
                      + "\" orders nothing on demand on this entry point: \""
                      + other
                      + "\" of another router does, and a name has one")
          .toList();
    }
    WantedNames.Result result = wantedNames.of(certResolver.get(), domains, hosts);
    needs.addAll(result.needs());
    return result.remarks();
  }

  /** The name by which the options are known that a router of {@code provider} names, or not. */
  static String options(Optional<String> named, String provider) {
    return named
        .filter(name -> !name.isEmpty() && !name.equals(Tls.DEFAULT))
        .map(name -> Names.qualify(name, provider))
        .orElse(Tls.DEFAULT);
  }

  /** Notes that a router of HTTP takes connections by TLS whatever their host is. */
  void secureForAnyHost() {
    tls.addAnyHost();
  }

  /** TCP routers with {@code tls}, or the others. */
  TcpTable.Builder tcpRoutes(boolean byTls) {
    return byTls ? secureTcp : plainTcp;
  }

  /** Why TCP routers with these options refuse every handshake; empty if they do not. */
  Optional<String> refusal(String options) {
    return settings.refusal(options);
  }

  /** What its routers want of certificate resolvers. */
  Set<CertificateNeed> needs() {
    return needs;
  }

  Routing build() {
    TlsTable table = tls.build();
    return new Routing(
        plain.build(),
        secure.build(),
        table,
        new TcpRouting(plainTcp.build(), secureTcp.build(), table));
  }
}
