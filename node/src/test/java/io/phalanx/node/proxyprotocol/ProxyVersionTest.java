package io.phalanx.node.proxyprotocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import io.phalanx.node.proxyprotocol.ProxyHeader.Present;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written, byte for byte as HAProxy's proxy-protocol.txt has it. */
class ProxyVersionTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static Optional<Addresses> between(String source, int from, String to, int port) {
    return Optional.of(new Addresses(at(source, from), at(to, port)));
  }

  private static String line(Optional<Addresses> addresses) {
    return new String(ProxyVersion.V1.header(addresses), US_ASCII);
  }

  private static String hex(Optional<Addresses> addresses) {
    return HexFormat.of().formatHex(ProxyVersion.V2.header(addresses));
  }

  @Test
  void version1IsALine() {
    assertThat(line(between("192.168.0.1", 56324, "192.168.0.11", 443)))
        .isEqualTo("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n");
    assertThat(line(between("255.255.255.255", 65535, "255.255.255.255", 65535)))
        .isEqualTo("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n");
    assertThat(line(between("2001:db8::7", 1, "2001:db8::1", 2)))
        .isEqualTo("PROXY TCP6 2001:db8::7 2001:db8::1 1 2\r\n");
  }

  @Test
  void theLongestLineIsAsLongAsTheSpecificationSays() {
    String all = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

    assertThat(line(between(all, 65535, all, 65535))).hasSize(104);
  }

  @Test
  void version2IsBinary() {
    assertThat(hex(between("203.0.113.7", 5555, "198.51.100.1", 443)))
        .isEqualTo(SIGNATURE + "2111" + "000c" + "cb007107" + "c6336401" + "15b3" + "01bb");
    assertThat(hex(between("2001:db8::7", 65535, "2001:db8::1", 0)))
        .isEqualTo(
            SIGNATURE
                + "2121"
                + "0024"
                + "20010db8000000000000000000000007"
                + "20010db8000000000000000000000001"
                + "ffff"
                + "0000");
  }

  @Test
  void whoHasNoClientSpeaksForItself() {
    assertThat(line(Optional.empty())).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(hex(Optional.empty())).isEqualTo(SIGNATURE + "2000" + "0000");
  }

  @Test
  void addressesOfTwoFamiliesAreToldAsNone() {
    Optional<Addresses> mixed = between("192.0.2.1", 1, "2001:db8::1", 2);

    assertThat(line(mixed)).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(hex(mixed)).isEqualTo(SIGNATURE + "2000" + "0000");
  }

  @Test
  void aZoneMeansNothingToOthers() throws UnknownHostException {
    byte[] linkLocal = InetAddress.ofLiteral("fe80::1").getAddress();
    var zoned = new InetSocketAddress(Inet6Address.getByAddress("", linkLocal, 3), 1);

    assertThat(line(Optional.of(new Addresses(zoned, at("2001:db8::1", 2)))))
        .isEqualTo("PROXY TCP6 fe80::1 2001:db8::1 1 2\r\n");
  }

  @ParameterizedTest
  @EnumSource
  void isReadAsItWasWritten(ProxyVersion version) {
    for (Optional<Addresses> addresses :
        List.of(
            between("203.0.113.7", 5555, "198.51.100.1", 443),
            between("2001:db8::7", 65535, "::1", 80),
            Optional.<Addresses>empty())) {
      byte[] header = version.header(addresses);

      assertThat(ProxyHeader.read(ByteBuffer.wrap(header)))
          .isEqualTo(new Present(header.length, addresses));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, V1", "2, V2", "0, ", "3, ", "-1, "})
  void isNamedByItsNumber(int number, String name) {
    assertThat(ProxyVersion.of(number).map(ProxyVersion::name))
        .isEqualTo(Optional.ofNullable(name));
  }
}
