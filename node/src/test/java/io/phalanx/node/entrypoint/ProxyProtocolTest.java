package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.entrypoint.EntryPointOptions.TrustedProxies;
import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyProtocolTest {
  private static final String V1 = "PROXY TCP4 203.0.113.7 198.51.100.1 5555 443\r\n";
  private static final String GET = "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n";
  private static final String LAST =
      "GET /last HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

  private final Rig.Options options = new Rig.Options();

  ProxyProtocolTest() {
    options.proxies = Optional.of(new TrustedProxies(true, List.of()));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A header of version 2 with extensions behind the addresses. */
  private static byte[] v2(String addresses) {
    byte[] block = HexFormat.of().parseHex(addresses.substring(4));
    byte[] extensions = HexFormat.of().parseHex("04000800000000000000ee");
    var out = new ByteArrayOutputStream();
    out.writeBytes(bytes("\r\n\r\n\0\r\nQUIT\n"));
    out.writeBytes(HexFormat.of().parseHex(addresses.substring(0, 4)));
    out.write(0);
    out.write(block.length + extensions.length);
    out.writeBytes(block);
    out.writeBytes(extensions);
    return out.toByteArray();
  }

  private static Peer peer(Rig rig) throws InterruptedException {
    return rig.nextCompleted().request().peer();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 1000})
  void theAnnouncedPeerCountsHoweverTheBytesAreSplit(int size) throws Exception {
    try (var rig = new Rig(options)) {
      for (byte[] header : List.of(bytes(V1), v2("2111cb007107c633640115b301bb"))) {
        try (Client client = rig.connect()) {
          byte[] all = concat(header, bytes(LAST));
          for (int at = 0; at < all.length; at += size) {
            client.send(java.util.Arrays.copyOfRange(all, at, Math.min(all.length, at + size)));
          }

          assertThat(client.readToEnd()).endsWith("GET /last\n");
        }
        Peer peer = peer(rig);
        assertThat(peer.text()).isEqualTo("203.0.113.7");
        assertThat(peer.port()).isEqualTo(5555);
        assertThat(rig.nextSeen().header("X-Real-Ip")).containsExactly("203.0.113.7");
      }
    }
  }

  @Test
  void holdsForEveryRequestOfTheConnectionAndEndsWithIt() throws Exception {
    try (var rig = new Rig(options)) {
      try (Client client = rig.connect()) {
        client.send(V1 + GET + GET);
        client.readTo("GET /x\n");
        client.readTo("GET /x\n");
        client.send(LAST);
        client.readToEnd();
      }
      for (int i = 0; i < 3; i++) {
        assertThat(peer(rig).text()).isEqualTo("203.0.113.7");
      }
      Rig.eventually(
          Duration.ofSeconds(5), "no connection", () -> rig.entryPoint.openConnections() == 0);
    }
  }

  @Test
  void standsInFrontOfTls() throws Exception {
    options.tls = TestCertificates.table(TestCertificates.of(Kind.P256, "a.test"));
    try (var rig = new Rig(options);
        Client client = rig.connect()) {
      client.send(V1);
      try (SSLSocket socket = new TlsClient().over(client.socket, "a.test")) {
        socket.getOutputStream().write(bytes(LAST));

        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .endsWith("GET /last\n");
      }
      assertThat(peer(rig).text()).isEqualTo("203.0.113.7");
    }
  }

  @Test
  void ipv6IsAnnouncedToo() throws Exception {
    try (var rig = new Rig(options)) {
      rig.exchange("PROXY TCP6 2001:db8::7 2001:db8::1 1 2\r\n" + LAST);
      assertThat(peer(rig).text()).isEqualTo("2001:db8::7");
    }
  }

  @Test
  void whoSpeaksForItselfOrOfNoAddressIsThePeerItself() throws Exception {
    try (var rig = new Rig(options)) {
      for (byte[] header :
          List.of(
              bytes("PROXY UNKNOWN\r\n"),
              bytes("PROXY UNKNOWN ffff::1 rubbish\r\n"),
              v2("2000"),
              v2("2011cb007107c633640115b301bb"),
              v2("2100"),
              v2("2131" + "2f00".repeat(108)),
              v2("2112cb007107c633640115b301bb"),
              bytes(""))) {
        try (Client client = rig.connect()) {
          client.send(concat(header, bytes(LAST)));
          assertThat(client.readToEnd()).endsWith("GET /last\n");
        }
        assertThat(peer(rig).text()).isEqualTo("127.0.0.1");
      }
    }
  }

  @Test
  void fromOthersTheHeaderIsReadAndNotBelieved() throws Exception {
    options.proxies =
        Optional.of(new TrustedProxies(false, List.of(AddressRange.parse("127.0.0.2"))));
    try (var rig = new Rig(options)) {
      assertThat(rig.exchange(V1 + LAST)).endsWith("GET /last\n");
      assertThat(peer(rig).text()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void whereNobodySendsOneItIsNoRequest() throws Exception {
    options.proxies = Optional.empty();
    try (var rig = new Rig(options)) {
      assertThat(rig.exchange(V1 + LAST)).startsWith("HTTP/1.1 400 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 999.0.113.7 198.51.100.1 5555 443\r\n",
        "PROXY TCP4 203.0.113.07 198.51.100.1 5555 443\r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 5555 65536\r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 +555 443\r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 05 443\r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 5555 443\n",
        "PROXY TCP4 203.0.113.7  198.51.100.1 5555 443\r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 5555 443 \r\n",
        "PROXY TCP4 203.0.113.7 198.51.100.1 5555\r\n",
        "PROXY TCP4 2001:db8::7 198.51.100.1 5555 443\r\n",
        "PROXY TCP6 203.0.113.7 198.51.100.1 5555 443\r\n",
        "PROXY TCP6 2001:db8::7%lo 2001:db8::1 5555 443\r\n",
        "PROXY TCP6 2001::db8::7 2001:db8::1 5555 443\r\n",
        "PROXY UDP4 203.0.113.7 198.51.100.1 5555 443\r\n",
        "PROXY tcp4 203.0.113.7 198.51.100.1 5555 443\r\n",
        "PROXY \r\n",
        "PROXY UNKNOWN                                                                       "
            + "                         too long\r\n",
        "\r\n\r\n\0\r\nQUIT\n\21\21\0\0",
        "\r\n\r\n\0\r\nQUIT\n\42\21\0\0",
        "\r\n\r\n\0\r\nQUIT\n\41\101\0\0",
        "\r\n\r\n\0\r\nQUIT\n\41\23\0\0",
        "\r\n\r\n\0\r\nQUIT\n\41\21\0\13abcdefghijk",
        "\r\n\r\n\0\r\nQUIT\n\41\41\0\43abcdefghijklmnopqrstuvwxyzabcdefghi",
        "\r\n\r\n\0\r\nQUIT\n\41\21\177\0"
      })
  void aMalformedHeaderEndsTheConnectionWithoutAnAnswer(String header) throws Exception {
    try (var rig = new Rig(options)) {
      assertThat(rig.exchange(header + LAST)).isEmpty();
      assertThat(rig.seen).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROPFIND", "POST", "PUT", "P", "PROX", "PROXYING"})
  void methodsThatBeginAlikeAreNoHeaders(String method) throws Exception {
    try (var rig = new Rig(options)) {
      assertThat(rig.exchange(LAST.replace("GET", method))).endsWith(method + " /last\n");
    }
  }

  @Test
  void aHeaderThatNeverEndsIsNotWaitedForLongerThanARequest() throws Exception {
    options.readTimeout = Duration.ofMillis(200);
    try (var rig = new Rig(options);
        Client client = rig.connect()) {
      client.send("PROXY TCP4 203.0.113.7");

      assertThat(client.readToEnd()).isEmpty();
    }
  }

  private static byte[] concat(byte[] a, byte[] b) throws IOException {
    var out = new ByteArrayOutputStream();
    out.writeBytes(a);
    out.writeBytes(b);
    return out.toByteArray();
  }
}
