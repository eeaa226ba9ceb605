package io.phalanx.node.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1:53",
    "192.0.2.1:5353, 192.0.2.1:5353",
    "ns.example.org, ns.example.org:53",
    "2001:db8::1, [2001:db8::1]:53",
    "[2001:db8::1]:5353, [2001:db8::1]:5353",
    "[2001:db8::1], [2001:db8::1]:53"
  })
  void readsWhatNamesAServer(String text, String shown) {
    assertThat(ServerAddress.parse(text)).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":53",
        "a b",
        "ns.test:0",
        "ns.test:65536",
        "ns.test:x",
        "[::1",
        "a:b:c",
        "x/y"
      })
  void refusesAllElse(String text) {
    assertThatThrownBy(() -> ServerAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no name server such as");
  }
}
