package io.phalanx.node.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.TestRequest;
import io.phalanx.providers.dynamic.LimitOptions.IpStrategy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "192.0.2.1:4711, 192.0.2.1",
    "[2001:db8:0::5]:443, 2001:db8::",
    "[2001:db8::5], 2001:db8::",
    "2001:DB8::5, 2001:db8::",
    "2001:db8::5:443, 2001:db8::",
    "somebody:80, somebody:80",
    "[, [",
    ":80, :80",
  })
  void anAddressIsTheSameWithAPortOrWithout(String sent, String address) {
    var last = new ClientAddress(new IpStrategy(1, List.of(), Optional.of(64)));
    var notExcluded =
        new ClientAddress(new IpStrategy(0, List.of("198.51.100.0/24"), Optional.of(64)));

    assertThat(last.of(TestRequest.get("/").with("X-Forwarded-For", sent).head()))
        .isEqualTo(address);
    assertThat(
            notExcluded.of(
                TestRequest.get("/")
                    .with("X-Forwarded-For", sent + ", 198.51.100.7:80, 198.51.100.8")
                    .head()))
        .isEqualTo(address);
  }
}
