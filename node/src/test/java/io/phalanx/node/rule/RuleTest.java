package io.phalanx.node.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.TestHeaders;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTest {
  private static RequestHead request(String host, String path, String query) {
    var headers = new TestHeaders();
    headers.add(HeaderName.of("X-Tier"), "silver");
    headers.add(HeaderName.of("X-Tier"), "gold");
    Peer peer = Peer.of(InetAddress.ofLiteral("192.0.2.77"), 1234);
    return new RequestHead(
        "GET",
        false,
        "web",
        peer,
        host,
        path,
        query.isEmpty() ? Optional.empty() : Optional.of(query),
        headers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Host(`Shop.Test`); true",
        "Host(`shop.test.`); true",
        "Host(`*.test`); true",
        "Host(`*`); true",
        "Host(`a.shop.test`); false",
        "HOST(`shop.test`) && pathprefix(`/ap`); true",
        "HostRegexp(`^sh.p`); true",
        "Path(`/api`); false",
        "Path(`/api/x`); true",
        "PathRegexp(`x$`); true",
        "!Path(`/api/x`) || Method(`get`); true",
        "Method(`POST`) || Method(`PUT`) && Host(`shop.test`); false",
        "Header(`x-tier`, `gold`); true",
        "Header(`X-Tier`, `gol`); false",
        "HeaderRegexp(`X-Tier`, `^go`); true",
        "Header(`Host`, `shop.test:81`); true",
        "Query(`a`, `b c`); true",
        "Query(`a`); false",
        "Query(`flag`); true",
        "QueryRegexp(`a`, `^b`); true",
        "ClientIP(`192.0.2.0/24`); true",
        "ClientIP(`192.0.2.78`); false",
        "ClientIP(`2001:db8::/32`); false"
      })
  void matches(String rule, boolean expected) throws RuleSyntaxException {
    assertThat(Rule.parse(rule).matches(request("shop.test:81", "/api/x", "a=b+c&flag")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Host(`a`",
        "Host(`a`) &&",
        "Host(`a`) Host(`b`)",
        "Host()",
        "Host(``)",
        "Host(`a`, `b`)",
        "hOst(`a`)",
        "Host(`bücher.test`)",
        "Path(`a`)",
        "PathRegexp(`(?=a)`)",
        "ClientIP(`1.2.3`)",
        "ClientIP(`10.0.0.0/33`)",
        "Host('a')",
        "Host(\"a)"
      })
  void refuses(String rule) {
    assertThatThrownBy(() -> Rule.parse(rule)).isInstanceOf(RuleSyntaxException.class);
  }

  @Test
  void saysWhereAndWhatWasProbablyMeant() {
    assertThatThrownBy(() -> Rule.parse("Path(`/`) && Hots(`a`)"))
        .hasMessage("at character 14: unknown matcher Hots; did you mean \"Host\"?");
  }

  @Test
  void refusesWhatIsNestedTooDeeplyAndWhatIsTooLong() {
    assertThatThrownBy(() -> Rule.parse("(".repeat(100_000))).hasMessageContaining("nested");
    assertThatThrownBy(() -> Rule.parse("!".repeat(100_000))).hasMessageContaining("nested");
    assertThatThrownBy(() -> Rule.parse("Host(`" + "a".repeat(Rule.MAX_LENGTH) + "`)"))
        .hasMessageContaining("at most");
  }

  @Test
  void theDefaultPriorityCountsBytes() throws RuleSyntaxException {
    assertThat(Rule.parse("Path(`/ää`)").defaultPriority()).isEqualTo(13);
  }
}
