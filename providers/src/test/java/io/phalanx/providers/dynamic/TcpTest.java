package io.phalanx.providers.dynamic;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TcpTest {
  private static DynamicConfigReader.Result read(String name, String text) {
    return DynamicConfigReader.read(name, text);
  }

  private static Tcp tcp(String name, String text) {
    DynamicConfigReader.Result result = read(name, text);
    assertThat(result.decoded().problems()).isEmpty();
    return result.decoded().value().orElseThrow().tcp();
  }

  @Test
  void everyOptionIsReadInEveryFormat() {
    Tcp yaml =
        tcp(
            "a.yml",
            """
            tcp:
              routers:
                db:
                  entryPoints: [db]
                  rule: HostSNI(`db.test`)
                  service: db
                  priority: 7
                  middlewares: [office, few]
                  tls: {passthrough: true, options: modern, certResolver: le,
                    domains: [{main: db.test, sans: [b.test]}]}
              services:
                db:
                  loadBalancer:
                    serversTransport: fast
                    proxyProtocol: {}
                    terminationDelay: 200
                    healthCheck: {port: 1, send: ping, expect: pong, interval: 1s,
                      unhealthyInterval: 2s, timeout: 3s}
                    servers: [{address: "10.0.0.1:5432", tls: true}]
                all: {weighted: {healthCheck: {}, services: [{name: db, weight: 3}]}}
              middlewares:
                office: {ipAllowList: {sourceRange: [10.0.0.0/8]}}
                old: {ipWhiteList: {sourceRange: 10.0.0.1}}
                few: {inFlightConn: {amount: 10}}
              serversTransports:
                fast:
                  dialKeepAlive: -1s
                  dialTimeout: 2s
                  terminationDelay: 0s
                  proxyProtocol: {version: 1}
                  tls: {serverName: db.test, insecureSkipVerify: true, rootCAs: [ca.pem],
                    certificates: [{certFile: a.crt, keyFile: a.key}], peerCertURI: "spiffe://a/b"}
            """);
    Tcp toml =
        tcp(
            "a.toml",
            """
            [tcp.routers.db]
            entryPoints = ["db"]
            rule = "HostSNI(`db.test`)"
            service = "db"
            priority = 7
            middlewares = ["office", "few"]
            [tcp.routers.db.tls]
            passthrough = true
            options = "modern"
            certResolver = "le"
            [[tcp.routers.db.tls.domains]]
            main = "db.test"
            sans = ["b.test"]
            """);
    Tcp json =
        tcp(
            "a.json",
            """
            {"tcp": {"middlewares": {"few": {"inFlightConn": {"amount": 10}}}}}
            """);

    assertThat(toml.routers()).isEqualTo(yaml.routers());
    assertThat(json.middlewares().get("few")).isEqualTo(yaml.middlewares().get("few"));
    TcpService.LoadBalancer db =
        requireNonNull(yaml.services().get("db")).loadBalancer().orElseThrow();
    assertThat(db.proxyProtocol()).contains(new ServersTransport.ProxyProtocol(2));
    assertThat(db.servers()).containsExactly(new TcpService.Server("10.0.0.1:5432", true));
    assertThat(db.healthCheck().orElseThrow().expect()).contains("pong");
    TcpServersTransport fast = requireNonNull(yaml.serversTransports().get("fast"));
    assertThat(fast.dialKeepAlive()).isEqualTo(Duration.ofSeconds(-1));
    assertThat(fast.tls().orElseThrow().rootCAs()).containsExactly("ca.pem");
    assertThat(requireNonNull(yaml.middlewares().get("old")).ipWhiteList())
        .contains(new TcpMiddleware.IpAllowList(List.of("10.0.0.1")));
  }

  @Test
  void defaultsAreTraefiks() {
    Tcp tcp =
        tcp(
            "a.yml",
            """
            tcp:
              routers: {r: {rule: HostSNI(`*`), service: s, tls: {}}}
              services: {s: {loadBalancer: {healthCheck: {port: 0}, servers: []}}}
              serversTransports: {t: {dialTimeout: 30s}}
            """);
    assertThat(requireNonNull(tcp.routers().get("r")).tls().orElseThrow().passthrough()).isFalse();
    assertThat(tcp.serversTransports()).containsEntry("t", TcpServersTransport.STANDARD);
    TcpService.HealthCheck check =
        requireNonNull(tcp.services().get("s"))
            .loadBalancer()
            .orElseThrow()
            .healthCheck()
            .orElseThrow();
    assertThat(check)
        .isEqualTo(
            new TcpService.HealthCheck(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(30),
                Optional.empty(),
                Duration.ofSeconds(5)));
  }

  @Test
  void mistakesAreNamedAndTheRestCounts() {
    DynamicConfigReader.Result result =
        read(
            "a.yml",
            """
            tcp:
              routers: {r: {rule: HostSNI(`*`), servise: s}, good: {rule: HostSNI(`*`), service: s}}
              services:
                both: {loadBalancer: {servers: []}, weighted: {services: [{name: s}]}}
                sick: {loadBalancer: {servers: [], healthCheck: {interval: 1ns, timeout: 0s}}}
                v3: {loadBalancer: {servers: [], proxyProtocol: {version: 3}}}
              middlewares: {none: {inFlightConn: {amount: 0}}}
              serversTransports: {neg: {dialTimeout: -1s}}
              servers: {}
            """);
    assertThat(result.decoded().problems().stream().map(Problem::toString).toList())
        .anySatisfy(text -> assertThat(text).contains("tcp.routers.r.servise", "\"service\"?"))
        .anySatisfy(text -> assertThat(text).contains("tcp.services.both", "exactly one"))
        .anySatisfy(
            text -> assertThat(text).contains("interval is 10ms or more; timeout is longer"))
        .anySatisfy(text -> assertThat(text).contains("version must be 1 or 2"))
        .anySatisfy(text -> assertThat(text).contains("amount must be above 0"))
        .anySatisfy(text -> assertThat(text).contains("dialTimeout is 0 or longer"))
        .anySatisfy(text -> assertThat(text).contains("tcp.servers: unknown key"));
    assertThat(result.decoded().value().orElseThrow().tcp().routers()).containsOnlyKeys("good");
  }
}
