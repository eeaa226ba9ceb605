package io.phalanx.providers.consulcatalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentAddressTest {
  @ParameterizedTest
  @CsvSource({
    "consul, http://consul:8500",
    "consul:80, http://consul:80",
    "[::1]:8500, http://[::1]:8500",
    "https://consul, https://consul:8500",
    "HTTP://consul:1/, http://consul:1",
  })
  void readsHostAndPort(String address, String url) {
    assertThat(AgentAddress.parse(address, "http")).isEqualTo(URI.create(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bob:s3cret@consul:8500",
        "http://bob:s3cret@consul:8500",
        "http://bob:s3cret @consul:8500",
        "unix:///s3cret.sock",
        "http://consul:8500/s3cret",
        "http://consul:8500?token=s3cret",
        "consul:s3cret",
        "consul:99999/s3cret",
        "http://"
      })
  void refusesOthersWithoutQuotingThem(String address) {
    assertThatThrownBy(() -> AgentAddress.parse(address, "http"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3cret");
  }
}
