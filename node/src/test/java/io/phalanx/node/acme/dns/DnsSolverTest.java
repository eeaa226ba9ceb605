package io.phalanx.node.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DnsSolverTest {
  private final TestTime time = new TestTime();

  private static DnsOptions options(TestNameServer server, Map<String, String> further) {
    var variables = new HashMap<>(Map.of("RFC2136_NAMESERVER", server.address().toString()));
    variables.putAll(further);
    return new DnsOptions(
        "rfc2136",
        new Variables(Map.of(), variables),
        List.of(server.address()),
        List.of(),
        new DnsOptions.Checks(true, true),
        Duration.ZERO);
  }

  @Test
  void aRecordGoesWhereACnameLeads() throws Exception {
    try (var server = new TestNameServer();
        var solver = new DnsSolver(options(server, Map.of()), time, server.port());
        var plain =
            new DnsSolver(
                options(server, Map.of("LEGO_DISABLE_CNAME_SUPPORT", "true")),
                time,
                server.port())) {
      server
          .withZone("a.test.")
          .withZone("challenges.test.")
          .with("challenges.test. NS ns.challenges.test.")
          .with("ns.challenges.test. A 127.0.0.1")
          .with("_acme-challenge.a.test. CNAME a.challenges.test.");
      ChallengeRecord record = solver.record("a.test", "token", "token.proof");

      assertThat(record.name()).isEqualTo("a.challenges.test");
      // SHA-256 of the authorization, in base64url.
      assertThat(record.value()).isEqualTo("riS7_bYLZepgThCmEcUMrIYKbVYEUHB3tzLVJTO_drM");
      assertThat(plain.record("A.test", "token", "token.proof").name())
          .isEqualTo("_acme-challenge.a.test");
      solver.add(record);
      assertThat(server.texts("a.challenges.test")).containsExactly(record.value());
      solver.awaitSeen(List.of(record));
      solver.remove(record);
      assertThat(server.texts("a.challenges.test")).isEmpty();
    }
  }

  @Test
  void aNameThatIsMoreThanANameIsRefused() throws Exception {
    try (var server = new TestNameServer();
        var solver = new DnsSolver(options(server, Map.of()), time, server.port())) {
      server.with("_acme-challenge.a.test. CNAME x/y.test.");

      assertThatThrownBy(() -> solver.record("a.test", "token", "token.proof"))
          .isInstanceOf(DnsException.class)
          .hasMessageContaining("leads to a name that cannot be used");
      server.with("_acme-challenge.b.test. CNAME -rf.test.");
      assertThatThrownBy(() -> solver.record("b.test", "token", "token.proof"))
          .hasMessageContaining("leads to a name that cannot be used");
    }
  }

  @Test
  void whatIsMissingWhenItIsNeededIsTold() throws Exception {
    try (var server = new TestNameServer();
        var solver =
            new DnsSolver(options(server, Map.of("RFC2136_NAMESERVER", "")), time, server.port())) {
      assertThatThrownBy(() -> solver.add(TestApi.RECORD))
          .isInstanceOf(DnsException.class)
          .hasMessageContaining("needs RFC2136_NAMESERVER");
    }
  }
}
