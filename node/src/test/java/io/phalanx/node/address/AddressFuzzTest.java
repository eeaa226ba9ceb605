package io.phalanx.node.address;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** Whatever is given for a range, it is refused or holds the address that it names. */
class AddressFuzzTest {
  @FuzzTest
  void range(byte[] bytes) throws UnknownHostException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    AddressRange range;
    try {
      range = AddressRange.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).contains(text);
      return;
    }
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    byte[] address = NetUtil.createByteArrayFromIpAddressString(literal);
    if (address == null) {
      return; // Netty knows no IPv4 address at the end of an IPv6 one but a mapped one.
    }
    // Of an IPv4-mapped address, a network that is larger than all IPv4 holds no IPv4 address.
    InetAddress parsed = InetAddress.getByAddress(address);
    boolean mapped = literal.indexOf(':') >= 0 && parsed.getAddress().length == 4;
    if (!mapped) {
      assertThat(range.contains(parsed)).isTrue();
    }
    assertThat(AddressRange.parse(text)).isEqualTo(range).hasSameHashCodeAs(range);
  }
}
