package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.tls.CertificateSources;
import io.phalanx.node.tls.IssuedCertificates;
import io.phalanx.node.tls.NamesOnDemand;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TlsEngines;
import io.phalanx.node.tls.TlsSettings;
import io.phalanx.node.tls.WantedNames;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RoutingBuilderTest {
  private static final Set<String> RESOLVERS = Set.of("first", "second");

  private final WantedNames wanted = new WantedNames(RESOLVERS, Set.of());
  private final TlsSettings settings =
      TlsSettings.read(
          List.of(),
          new CertificateSources(
              () -> TestCertificates.FALLBACK,
              new IssuedCertificates(),
              wanted,
              TlsEngines.JSSE,
              new NamesOnDemand(RESOLVERS, (_, _, _) -> {}),
              InstantSource.system()));

  private static List<String> want(RoutingBuilder entryPoint, String resolver) {
    return entryPoint.want(Optional.of(resolver), List.of(), Set.of());
  }

  @Test
  void ofTwoResolversOnDemandTheOneThatDoesNotCountIsTold() {
    var entryPoint = new RoutingBuilder(settings, wanted);

    assertThat(want(entryPoint, "first")).isEmpty();
    assertThat(want(entryPoint, "second"))
        .singleElement()
        .asString()
        .contains("\"second\" orders nothing on demand", "\"first\" of another router");
    assertThat(want(entryPoint, "first")).isEmpty();
    assertThat(want(new RoutingBuilder(settings, wanted), "second")).isEmpty();
  }

  @Test
  void aTcpRouterHasNamesOrderedOnDemandOnEachOfItsEntryPoints() {
    var asked = new ArrayList<String>();
    var sources =
        new CertificateSources(
            () -> TestCertificates.FALLBACK,
            new IssuedCertificates(),
            wanted,
            TlsEngines.JSSE,
            new NamesOnDemand(RESOLVERS, (resolver, name, _) -> asked.add(resolver + ' ' + name)),
            InstantSource.system());
    DynamicConfig config =
        DynamicConfigReader.read(
                "f.yml",
                """
                tcp:
                  services: {s: {loadBalancer: {servers: [{address: "127.0.0.1:1"}]}}}
                  routers:
                    r:
                      rule: HostSNI(`*`)
                      entryPoints: [web, traefik]
                      service: s
                      tls: {certResolver: first}
                """)
            .decoded()
            .value()
            .orElseThrow();
    Compiled compiled =
        CompilerRig.compiler(sources).compile(new TreeMap<>(Map.of("file", config)));

    for (String entryPoint : List.of("web", "traefik")) {
      Objects.requireNonNull(compiled.routing().get(entryPoint))
          .tls()
          .choose(entryPoint + ".test", InetAddress.getLoopbackAddress());
    }
    assertThat(compiled.problems()).isEmpty();
    assertThat(asked).containsExactly("first web.test", "first traefik.test");
  }
}
