package io.phalanx.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 5952, section 4; and what Go's net.IP has where that leaves a choice. */
class AddressTextTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "::ffff:192.0.2.1, 192.0.2.1",
    "2001:db8:0:0:0:0:0:1, 2001:db8::1",
    "2001:0DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "0:0:1:0:0:1:0:0, ::1:0:0:1:0:0",
    "1:0:0:0:0:0:0:0, 1::",
    "0:0:0:0:0:0:0:1, ::1",
    "0:0:0:0:0:0:0:0, ::",
    "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789, abcd:ef01:2345:6789:abcd:ef01:2345:6789",
    "::192.0.2.1, ::c000:201",
    "64:ff9b::192.0.2.1, 64:ff9b::c000:201",
    "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
    "0:0:3:4:5:6:7:8, ::3:4:5:6:7:8",
    "0:2:3:4:5:6:7:0, 0:2:3:4:5:6:7:0",
    "00a0:000b:0c00:d000::, a0:b:c00:d000::"
  })
  void isTheOneThatTheAddressHas(String spelt, String text) {
    assertThat(AddressText.of(InetAddress.ofLiteral(spelt))).isEqualTo(text);
  }

  @Test
  void hasNoZone() throws UnknownHostException {
    byte[] linkLocal = InetAddress.ofLiteral("fe80::1").getAddress();

    assertThat(AddressText.of(Inet6Address.getByAddress("", linkLocal, 3))).isEqualTo("fe80::1");
  }

  @Test
  void isReadAsTheAddressThatWasWritten() throws UnknownHostException {
    var random = new Random(5952);
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[16];
      random.nextBytes(bytes);
      for (int group = 0; group < 8; group++) {
        if (random.nextBoolean()) {
          bytes[2 * group] = 0;
          bytes[2 * group + 1] = 0;
        }
      }
      InetAddress address = InetAddress.getByAddress(bytes);

      String text = AddressText.of(address);

      assertThat(InetAddress.ofLiteral(text)).isEqualTo(address);
      assertThat(text).doesNotContain(":::").hasSizeLessThanOrEqualTo(39);
    }
  }
}
