package io.phalanx.node.activation;

import io.phalanx.node.pipeline.Route;
import io.phalanx.node.pipeline.Routing;
import io.phalanx.node.routing.RouteTable;
import io.phalanx.node.rule.Rule;
import io.phalanx.node.rule.RuleHosts;
import io.phalanx.node.tcp.TcpRouting;
import io.phalanx.node.tcp.TcpTable;
import io.phalanx.node.tls.TlsSettings;
import io.phalanx.node.tls.TlsTable;
import io.phalanx.providers.dynamic.Router.RouterTls;
import io.phalanx.providers.dynamic.Tls;
import java.util.ArrayList;
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

  RoutingBuilder(TlsSettings settings) {
    this.settings = settings;
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
    wanted
        .certResolver()
        .ifPresent(
            resolver ->
                remarks.add(
                    "certificate resolvers are not served yet; \""
                        + resolver
                        + "\" gets no certificates"));
    String options =
        wanted
            .options()
            .filter(name -> !name.isEmpty() && !name.equals(Tls.DEFAULT))
            .map(name -> Names.qualify(name, provider))
            .orElse(Tls.DEFAULT);
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
    return remarks;
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

  Routing build() {
    TlsTable table = tls.build();
    return new Routing(
        plain.build(),
        secure.build(),
        table,
        new TcpRouting(plainTcp.build(), secureTcp.build(), table));
  }
}
