package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.entrypoint.Rig.Seen;
import io.phalanx.node.exchange.HeaderName;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ForwardingHeadersTest {
  private static final String CLAIMS =
      "X-Forwarded-For: 198.51.100.4\r\nX-Forwarded-Proto: https\r\n"
          + "X-Forwarded-Host: www.example.org\r\nX-Forwarded-Port: 443\r\n"
          + "X-Forwarded-Prefix: /wiki\r\nX-Forwarded-Server: edge-1\r\nX-Real-Ip: 198.51.100.4\r\n"
          + "X-Forwarded-Tls-Client-Cert: MIIB\r\n";

  private final Rig.Options options = new Rig.Options();

  @Test
  void replacesWhatAStrangerClaims() throws Exception {
    Seen seen = seen("wiki.example", CLAIMS);

    assertThat(seen.header("X-Forwarded-For")).isEmpty();
    assertThat(seen.header("X-Forwarded-Proto")).containsExactly("http");
    assertThat(seen.header("X-Forwarded-Host")).containsExactly("wiki.example");
    assertThat(seen.header("X-Forwarded-Port")).containsExactly("80");
    assertThat(seen.header("X-Forwarded-Prefix")).isEmpty();
    assertThat(seen.header("X-Real-Ip")).containsExactly("127.0.0.1");
    assertThat(seen.header("X-Forwarded-Server")).hasSize(1).doesNotContain("edge-1");
    assertThat(seen.header("X-Forwarded-Tls-Client-Cert")).isEmpty();
  }

  @Test
  void takesAnUnderscoreForADash() throws Exception {
    Seen seen =
        seen("a", "X_Forwarded_For: 10.0.0.1\r\nx-forwarded_prefix: /b\r\nX_Real_Ip: 10.0.0.1\r\n");

    assertThat(seen.headers().keySet())
        .noneMatch(name -> name.indexOf('_') >= 0)
        .doesNotContain("X-Forwarded-Prefix");
  }

  @Test
  void keepsWhatATrustedPeerClaims() throws Exception {
    options.trusted = List.of(AddressRange.parse("127.0.0.0/8"));

    Seen seen = seen("wiki.example", CLAIMS);

    assertThat(seen.header("X-Forwarded-For")).containsExactly("198.51.100.4");
    assertThat(seen.header("X-Forwarded-Proto")).containsExactly("https");
    assertThat(seen.header("X-Forwarded-Host")).containsExactly("www.example.org");
    assertThat(seen.header("X-Forwarded-Port")).containsExactly("443");
    assertThat(seen.header("X-Forwarded-Prefix")).containsExactly("/wiki");
    assertThat(seen.header("X-Real-Ip")).containsExactly("198.51.100.4");
    assertThat(seen.header("X-Forwarded-Server")).doesNotContain("edge-1");
  }

  @Test
  void trustsNobodyOutsideTheNetworksNamed() throws Exception {
    options.trusted = List.of(AddressRange.parse("10.0.0.0/8"));

    assertThat(seen("a", CLAIMS).header("X-Forwarded-Proto")).containsExactly("http");
  }

  @Test
  void joinsLinesOfXForwardedFor() throws Exception {
    options.trustEverybody = true;

    assertThat(
            seen("a", "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2, 3.3.3.3\r\n")
                .header("X-Forwarded-For"))
        .containsExactly("1.1.1.1, 2.2.2.2, 3.3.3.3");
  }

  @Test
  void takesThePortFromHostOrElseTheProtocol() throws Exception {
    options.trustEverybody = true;

    assertThat(seen("mail.example:8080", "X-Forwarded-Proto: https\r\n").header("X-Forwarded-Port"))
        .containsExactly("8080");
    assertThat(seen("mail.example", "X-Forwarded-Proto: https\r\n").header("X-Forwarded-Port"))
        .containsExactly("443");
    assertThat(seen("[::1]", "X-Forwarded-Host: b:9443\r\n").header("X-Forwarded-Port"))
        .containsExactly("80");
  }

  @Test
  void saysWsForAWebSocket() throws Exception {
    assertThat(
            seen("a", "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n")
                .header("X-Forwarded-Proto"))
        .containsExactly("ws");
  }

  @Test
  void removesWhatConnectionNames() throws Exception {
    Seen seen =
        seen(
            "a",
            "Connection: keep-alive, X-Hop\r\nConnection: x-other\r\nX-Hop: 1\r\n"
                + "X-Other: 2\r\nX-Stays: 3\r\n");

    assertThat(seen.headers()).containsKey("X-Stays");
    assertThat(seen.headers()).doesNotContainKeys("X-Hop", "X-Other", "Connection");
  }

  @Test
  void letsConnectionRemoveNeitherTheFramingNorWhatIsSaidOfThePeer() throws Exception {
    Seen seen =
        seen(
            "a",
            "Connection: Content-Length, Host, TE, X-Real-Ip, X-Forwarded-Host\r\nTe: trailers\r\n"
                + "Content-Length: 2\r\n",
            "hi");

    assertThat(seen.headers())
        .containsKeys("Content-Length", "Te", "X-Real-Ip", "X-Forwarded-Host");
    assertThat(seen.host()).isEqualTo("a");
  }

  @Test
  void keepsNamedHeadersThatItIsToldToKeep() throws Exception {
    options.connectionHeaders = Set.of(HeaderName.of("X-Kept"));

    assertThat(seen("a", "Connection: X-Kept\r\nX-Kept: 1\r\n").header("X-Kept"))
        .containsExactly("1");
  }

  private Seen seen(String host, String lines) throws Exception {
    return seen(host, lines, "");
  }

  private Seen seen(String host, String lines, String body) throws Exception {
    try (var rig = new Rig(options);
        Client client = rig.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n" + body);
      return rig.nextSeen();
    }
  }
}
