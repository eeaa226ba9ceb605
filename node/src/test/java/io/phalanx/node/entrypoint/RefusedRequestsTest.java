package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPointOptions.UnderscoreHeaders;
import io.phalanx.node.entrypoint.Rig.Client;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, on real sockets: nobody behind the entry point may see it. */
class RefusedRequestsTest {
  private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "Content-Length: 5\r\nContent-Length: 05\r\n\r\nhello",
        "Content-Length: 5, 5\r\nContent-Length: 5, 5\r\n\r\nhello",
        "Content-Length: 5, 5\r\n\r\nhello",
        "Content-Length: +5\r\n\r\nhello",
        "Content-Length: -1\r\n\r\nhello",
        "Content-Length: 0x5\r\n\r\nhello",
        "Content-Length:\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\nhello",
        "Content-Length: 1\r\n 0\r\n\r\nhello",
        "Transfer-Encoding: \013chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
      })
  void refusesARequestWhoseEndIsInDoubt(String rest) throws Exception {
    assertRefused("POST /pay HTTP/1.1\r\nHost: bank.example\r\n" + rest + NEXT, "400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n",
        "Transfer-Encoding:\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\nok",
      })
  void saysThatItKnowsNoOtherCodingThanChunked(String rest) throws Exception {
    assertRefused("POST /pay HTTP/1.1\r\nHost: bank.example\r\n" + rest + NEXT, "501");
  }

  @Test
  void refusesChunksBeforeHttp11() throws Exception {
    assertRefused(
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT, "400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-A : 1\r\n",
        "X A: 1\r\n",
        "X(A): 1\r\n",
        ": 1\r\n",
        "no colon here\r\n",
        "X-\u00fcber: 1\r\n",
        "X-A: a\0b\r\n",
        "X-A: a\rX-Role: admin\r\n",
        "X-A: a\nX-Role: admin\r\n",
        "X-A: a\r\r\n",
        "X-A: a\013b\r\n",
        "X-A: a\177b\r\n",
        "X-A: a\n",
        "\nX-A: a\r\n",
      })
  void refusesAMalformedHeaderLine(String line) throws Exception {
    assertRefused("GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n" + NEXT, "400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n X-First: folded\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\rX: y\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "G{T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\"GET\" / HTTP/1.1\r\nHost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /?a\177b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET index.html HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET bank.example:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /100% HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
        "GET / HTTP\r\n\r\n",
        "GET /no/version\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      })
  void refusesAMalformedRequestLine(String request) throws Exception {
    assertRefused(request, "400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Host: a\r\nHost: b\r\n",
        "Host: a\r\nHost: a\r\n",
        "Host: shop test\r\n",
        "Host: shop.test/admin\r\n",
        "Host: user@shop.test\r\n",
        "Host: shop.test#a\r\n",
        "Host: shop\\test\r\n",
      })
  void refusesAHostThatIsMissingOrDoubleOrNone(String lines) throws Exception {
    assertRefused("GET / HTTP/1.1\r\n" + lines + "\r\n" + NEXT, "400");
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    try (var rig = new Rig()) {
      assertThat(rig.exchange("GET / HTTP/1.1\r\n\r\n"))
          .contains("Connection: close\r\n")
          .contains("Content-Type: text/plain; charset=utf-8\r\n")
          .endsWith("400 Bad Request: missing required Host header");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/2.0", "HTTP/0.9", "HTTP/3.0"})
  void refusesVersionsThatAreNotServed(String version) throws Exception {
    assertRefused("GET / " + version + "\r\nHost: a\r\n\r\n", "505");
  }

  @Test
  void refusesAnExpectationThatNobodyKnows() throws Exception {
    assertRefused(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: more\r\nContent-Length: 2\r\n\r\nhi" + NEXT, "417");
  }

  @Test
  void refusesAHeadOverTheBound() throws Exception {
    var options = new Rig.Options();
    options.maxHeaderBytes = 8 << 10;
    String line = "X-Long: " + "a".repeat(9 << 10) + "\r\n";

    assertRefused(options, "GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n" + NEXT, "431");
  }

  @Test
  void refusesAHeadWithoutEnd() throws Exception {
    var options = new Rig.Options();
    options.maxHeaderBytes = 64 << 10;

    assertRefused(options, "GET /" + "a".repeat(100 << 10), "431");
  }

  @Test
  void refusesMoreLinesThanTheBound() throws Exception {
    assertRefused("GET / HTTP/1.1\r\nHost: a\r\n" + "A: b\r\n".repeat(200) + "\r\n", "431");
  }

  @Test
  void refusesConnectAndStaysOpen() throws Exception {
    assertAnsweredInPlace("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "501");
  }

  @Test
  void refusesAFragmentAndStaysOpen() throws Exception {
    assertAnsweredInPlace("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", "400");
  }

  @Test
  void answersOptionsOfTheProxyItself() throws Exception {
    assertAnsweredInPlace("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "200");
  }

  @Test
  void knowsNoPathOfAnAsterisk() throws Exception {
    assertAnsweredInPlace("GET * HTTP/1.1\r\nHost: a\r\n\r\n", "404");
  }

  @Test
  void refusesUnderscoresWhereTheyAreToBe() throws Exception {
    var options = new Rig.Options();
    options.underscoreHeaders = UnderscoreHeaders.REJECT;
    try (var rig = new Rig(options)) {
      assertThat(rig.exchange("GET / HTTP/1.1\r\nHost: a\r\nX_A: 1\r\n\r\n" + LAST))
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .contains("X-Content-Type-Options: nosniff\r\n")
          .contains("\r\n\r\nBad Request\n");
      assertThat(rig.nextSeen().line()).isEqualTo("GET /last");
    }
  }

  private static final String LAST =
      "GET /last HTTP/1.1\r\nHost: a\r\nX-B: a_b\r\nConnection: close\r\n\r\n";

  private static void assertAnsweredInPlace(String request, String status) throws Exception {
    try (var rig = new Rig()) {
      assertThat(rig.exchange(request + LAST))
          .startsWith("HTTP/1.1 " + status)
          .endsWith("\r\n\r\nGET /last\n");
      assertThat(rig.nextSeen().line()).isEqualTo("GET /last");
      assertThat(rig.seen).isEmpty();
    }
  }

  private static void assertRefused(String request, String status) throws Exception {
    assertRefused(new Rig.Options(), request, status);
  }

  private static void assertRefused(Rig.Options options, String request, String status)
      throws Exception {
    try (var rig = new Rig(options);
        Client client = rig.connect()) {
      client.send(request);

      String reply = client.readToEnd();

      assertThat(reply)
          .containsPattern("^HTTP/1\\.[01] " + status + " ")
          .contains("Connection: close\r\n");
      assertThat(reply.split("HTTP/1", -1)).hasSize(2);
      assertThat(rig.seen).isEmpty();
    }
  }
}
