package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.dynamic.Router.Domain;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WantedNamesTest {
  private static final WantedNames NAMES = new WantedNames(Set.of("le", "dns"), Set.of("dns"));

  private static WantedNames.Result hosts(String... hosts) {
    return NAMES.of("le", List.of(), List.of(hosts));
  }

  private static List<List<String>> names(WantedNames.Result result) {
    return result.needs().stream().map(CertificateNeed::names).toList();
  }

  @Test
  void withoutDomainsItIsOneCertificateForTheHostsOfTheRule() {
    assertThat(names(hosts("a.test", "b.test", "a.test")))
        .containsExactly(List.of("a.test", "b.test"));
  }

  @Test
  void domainsCountBeforeHostsAndEachIsACertificate() {
    WantedNames.Result result =
        NAMES.of(
            "le",
            List.of(new Domain("a.test", List.of("www.a.test")), new Domain("b.test", List.of())),
            List.of("c.test"));

    assertThat(names(result)).containsExactly(List.of("a.test", "www.a.test"), List.of("b.test"));
  }

  @Test
  void namesAreAsTheyStandInACertificate() {
    assertThat(names(hosts("Bücher.Example", "192.0.2.1", "[2001:db8::1]")))
        .containsExactly(List.of("xn--bcher-kva.example", "192.0.2.1", "2001:db8:0:0:0:0:0:1"));
  }

  @Test
  void tellsWhatGetsNoCertificate() {
    assertThat(NAMES.of("lee", List.of(), List.of("a.test")).remarks())
        .singleElement()
        .asString()
        .contains("there is no certificate resolver \"lee\"", "le");
    assertThat(hosts().remarks()).singleElement().asString().contains("names no host");
    assertThat(hosts("*.a.test").remarks())
        .singleElement()
        .asString()
        .contains("*.a.test", "dnsChallenge, which certificate resolver \"le\" has not");
    for (String bad :
        List.of("a b.test", "-a.test", "a..test", "1.2.3", "a".repeat(64) + ".test")) {
      WantedNames.Result result = hosts("ok.test", bad);
      assertThat(result.needs()).as(bad).isEmpty();
      assertThat(result.remarks()).singleElement().asString().contains("no name of a host");
    }
  }

  @Test
  void wildcardsAreAskedOfResolversThatAnswerByDns() {
    assertThat(names(NAMES.of("dns", List.of(new Domain("a.test", List.of("*.A.test"))))))
        .containsExactly(List.of("a.test", "*.a.test"));
    assertThat(names(NAMES.of("dns", List.of(), List.of("*.b.test"))))
        .containsExactly(List.of("*.b.test"));
  }

  @Test
  void aCertificateHasAHundredNamesAtMost() {
    String[] many = IntStream.range(0, 101).mapToObj(n -> "h" + n + ".test").toArray(String[]::new);

    assertThat(hosts(many).needs()).isEmpty();
    assertThat(hosts(many).remarks()).singleElement().asString().contains("at most 100 names");
  }
}
