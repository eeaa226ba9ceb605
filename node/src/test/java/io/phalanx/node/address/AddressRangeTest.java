package io.phalanx.node.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "192.0.2.77/24, 192.0.2.255, true",
    "192.0.2.0/24, 192.0.3.0, false",
    "10.0.0.0/9, 10.127.255.255, true",
    "10.0.0.0/9, 10.128.0.0, false",
    "128.0.0.0/1, 255.0.0.1, true",
    "128.0.0.0/1, 127.0.0.1, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "::/0, 2001:db8::1, true",
    "::/0, 203.0.113.9, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "2001:DB8::1, 2001:db8::1, true",
    "192.0.2.1, ::ffff:192.0.2.1, true",
    "::ffff:192.0.2.1, 192.0.2.1, true",
    "::ffff:10.0.0.0/104, 10.9.9.9, true",
    "::ffff:10.0.0.0/104, 11.0.0.0, false",
    "::ffff:0:0/96, 203.0.113.9, true",
    "::ffff:0:0/90, 203.0.113.9, false"
  })
  void contains(String range, String address, boolean expected) {
    assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "010.0.0.1",
        "::ffff:01.2.3.4",
        "0x7f.0.0.1",
        "[::1]",
        "fe80::1%1",
        " 1.2.3.4",
        "::1::",
        ":",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "2001:db8::/129",
        "::ffff:10.0.0.0/129"
      })
  void refusesWhatIsNoRange(String text) {
    assertThatThrownBy(() -> AddressRange.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining('"' + text + '"');
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:1:2::3, 64, 2001:db8:1:2::",
    "2001:db8::1, 128, 2001:db8::1",
    "2001:db8::1, 0, ::",
    "192.0.2.1, 64, 192.0.2.1"
  })
  void networksAreWrittenAsShortAsAddresses(String address, int bits, String network) {
    assertThat(AddressRange.ipv6Network(InetAddress.ofLiteral(address), bits)).isEqualTo(network);
  }

  @Test
  void rangesAreEqualByWhatTheyContain() {
    assertThat(AddressRange.parse("10.1.2.3/8"))
        .isEqualTo(AddressRange.parse("::ffff:10.0.0.0/104"))
        .hasSameHashCodeAs(AddressRange.parse("10.0.0.0/8"))
        .isNotEqualTo(AddressRange.parse("10.0.0.0/9"));
  }
}
