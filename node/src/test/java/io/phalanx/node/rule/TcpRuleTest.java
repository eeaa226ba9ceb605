package io.phalanx.node.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpRuleTest {
  private static Opening opening(String name, String address, String... protocols) {
    return new Opening(name, InetAddress.ofLiteral(address), List.of(protocols));
  }

  private static boolean matches(String rule, Opening opening) throws RuleSyntaxException {
    return TcpRule.parse(rule).matches(opening);
  }

  @Test
  void matchersLookAtNameAddressAndProtocols() throws Exception {
    Opening shop = opening("shop.test", "10.1.2.3", "h2", "mqtt");
    assertThat(matches("HostSNI(`Shop.Test.`)", shop)).isTrue();
    assertThat(matches("HostSNI(`other.test`)", shop)).isFalse();
    assertThat(matches("HostSNI(`*`)", Opening.plain(InetAddress.ofLiteral("::1")))).isTrue();
    assertThat(matches("HostSNI(`*.test`)", shop)).isTrue();
    assertThat(matches("HostSNI(`*.test`)", opening("a.shop.test", "::1"))).isFalse();
    assertThat(matches("HostSNI(`*.test`)", opening("", "::1"))).isFalse();
    assertThat(matches("HostSNIRegexp(`^sh.p\\.`)", shop)).isTrue();
    assertThat(matches("ClientIP(`10.0.0.0/8`)", shop)).isTrue();
    assertThat(matches("ClientIP(`10.1.2.4`)", shop)).isFalse();
    assertThat(matches("ALPN(`mqtt`)", shop)).isTrue();
    assertThat(matches("ALPN(`http/1.1`)", shop)).isFalse();
  }

  @Test
  void andBindsTighterThanOrAndNotTightest() throws Exception {
    Opening shop = opening("shop.test", "10.1.2.3");
    assertThat(matches("HostSNI(`shop.test`) || HostSNI(`a.test`) && ClientIP(`10.9.9.9`)", shop))
        .isTrue();
    assertThat(matches("(HostSNI(`shop.test`) || HostSNI(`a.test`)) && ClientIP(`10.9.9.9`)", shop))
        .isFalse();
    assertThat(matches("!ClientIP(`10.9.9.9`) && hostsni(`shop.test`)", shop)).isTrue();
    assertThat(matches("!!HOSTSNI(`shop.test`)", shop)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HostSNI(`a`, `b`) | takes 1 argument, not 2",
        "HostSNI() | takes 1 argument, not 0",
        "HostSNI(``) | is empty",
        "HostSNI(`a b`) | is no name of a host",
        "HostSNI(`bücher.test`) | punycode",
        "HostSNIRegexp(`(`) | HostSNIRegexp",
        "ClientIP(`10.0.0.0/33`) | from 0 to 32",
        "ALPN(`acme-tls/1`) | for certificates",
        "HostSN(`a`) | did you mean \"HostSNI\"?",
        "Path(`/`) | unknown matcher Path",
        "HostSNI(`a`) && | a matcher such as HostSNI(`example.com`)",
      })
  void mistakesAreNamed(String rule, String message) {
    assertThatThrownBy(() -> TcpRule.parse(rule))
        .isInstanceOf(RuleSyntaxException.class)
        .hasMessageContaining(message);
  }

  @Test
  void prioritiesAreLengthsButOfWhatTakesEverything() throws Exception {
    assertThat(TcpRule.parse("HostSNI(`*`)").defaultPriority()).isEqualTo(-1);
    assertThat(TcpRule.parse("HostSNI(`ab`)").defaultPriority()).isEqualTo(13);
    assertThat(TcpRule.parse("HostSNI(`*`) && ALPN(`x`)").isCatchAll()).isFalse();
  }

  @Test
  void onlyNamesNeedTls() throws Exception {
    assertThat(TcpRule.parse("HostSNI(`*`) && ClientIP(`::1`)").asksForName()).isFalse();
    assertThat(TcpRule.parse("ClientIP(`::1`) || HostSNI(`a`)").asksForName()).isTrue();
    assertThat(TcpRule.parse("!HostSNI(`*.a`)").asksForName()).isTrue();
  }
}
