package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Tls;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class HostRoutersTest {
  private static final String ROUTERS =
      """
      services: {s: {loadBalancer: {servers: [{url: "http://127.0.0.1:1"}]}}}
      routers:
        exact: {rule: "Host(`over.test`)", service: s, tls: {}}
        below: {rule: "Host(`a.wild.test`)", service: s, tls: {}}
        plain: {rule: "Host(`over.test`)", service: s}
        other: {rule: "Host(`other.test`) || PathPrefix(`/`)", service: s, tls: {}}
      """;

  private static List<String> problems(Tls.Certificate... certificates) {
    DynamicConfig config =
        CompilerRig.config(ROUTERS).with(new Tls(List.of(certificates), Map.of(), Map.of()));
    return CompilerRig.compiler().compile(new TreeMap<>(Map.of("file", config))).problems().stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void anExpiredCertificateIsToldWithItsRouters() {
    Instant end = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(
            problems(
                TestCertificates.until(end, Kind.P256, "over.test"),
                TestCertificates.until(end, Kind.P256, "*.wild.test"),
                TestCertificates.until(end, Kind.P256, "nobodys.test")))
        .containsExactly(
            "file: tls.certificates: the certificate for over.test expired at "
                + end
                + "; it is for routers exact@file",
            "file: tls.certificates: the certificate for *.wild.test expired at "
                + end
                + "; it is for routers below@file",
            "file: tls.certificates: the certificate for nobodys.test expired at " + end);
  }

  @Test
  void soIsOneWhoseKeyIsAnothers() {
    Tls.Certificate one = TestCertificates.of(Kind.P256, "over.test");
    Tls.Certificate other = TestCertificates.of(Kind.P256, "over.test");

    assertThat(problems(new Tls.Certificate(one.certFile(), other.keyFile(), List.of())))
        .singleElement()
        .asString()
        .startsWith("file: tls.certificates: the certificate for over.test is left out: the key")
        .endsWith("; it is for routers exact@file");
  }

  @Test
  void ofManyTheFirstAreNamed() {
    var hosts = new HostRouters();
    for (int i = 0; i < 8; i++) {
      hosts.add("r" + i + "@file", Set.of(i + ".many.test"));
    }
    assertThat(hosts.of(Set.of("*.many.test")))
        .isEqualTo("r0@file, r1@file, r2@file, r3@file, r4@file and 3 more");
    assertThat(hosts.of(Set.of("3.many.test"))).isEqualTo("r3@file");
    assertThat(hosts.of(Set.of("many.test"))).isEmpty();
  }
}
