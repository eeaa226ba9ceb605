package io.phalanx.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsTest {
  @ParameterizedTest
  @CsvSource({
    "shop.test, shop.test",
    "SHOP.Test:8080, shop.test",
    "shop.test:, shop.test",
    "shop.test., shop.test",
    "shop.test.:80, shop.test",
    "shop.test.., shop.test.",
    "shop.test:http, shop.test",
    "192.0.2.7:80, 192.0.2.7",
    "[2001:DB8::1]:8080, 2001:db8::1",
    "[::1], ::1",
    "[0:0:0::0001]:80, ::1",
    "[2001:db8:0:0:1:0:0:1], 2001:db8::1:0:0:1",
    "[fe80::1%25ETH0], fe80::1%25eth0",
    "[::FFFF:192.0.2.7], ::ffff:192.0.2.7",
    "[1::2::3], 1::2::3",
    "[::1, ::1",
    "'', ''",
    ":80, ''"
  })
  void canonicalHostsHaveNoPortBracketsCapitalsAndFinalDot(String host, String canonical) {
    assertThat(Hosts.canonical(host)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource({
    "Shop.Test., shop.test",
    "shop.test:80, shop.test:80",
    "[0:0::1], ::1",
    "2001:DB8:0::1, 2001:db8::1",
    "*.Shop.test, *.shop.test"
  })
  void aRuleNamesHostsInTheSameForm(String host, String canonical) {
    assertThat(Hosts.canonicalName(host)).isEqualTo(canonical);
  }
}
