package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeadersMiddlewareTest {
  private static Passage headers(String yaml) {
    return Passage.of(HeadersMiddleware.TYPE, yaml);
  }

  @Test
  void setsRequestHeadersInPlaceOfAllLinesAndRemovesEmptyOnes() {
    var passage =
        headers(
            """
            customRequestHeaders:
              X-Region: north
              x-lower-case: "yes"
              User-Agent: gateway
              Cookie: ""
              X-Debug: ""
              X-Real-Ip: ""
            """);

    var outcome =
        passage.send(
            TestRequest.get("/")
                .with("X-Region", "south")
                .with("X-Region", "west")
                .with("User-Agent", "curl/8")
                .with("Cookie", "a=1")
                .with("x-debug", "1")
                .with("Accept", "text/html"));

    assertThat(outcome.requestHeaders().text())
        .containsExactly(
            "accept: text/html", "user-agent: gateway", "x-lower-case: yes", "x-region: north");
  }

  @Test
  void anEmptiedForwardedForKeepsThePeerFromTheServer() {
    var outcome =
        headers("customRequestHeaders: {X-Forwarded-For: \"\", X-Forwarded-Server: \"\"}")
            .send(TestRequest.get("/").with("X-Forwarded-For", "192.0.2.1"));

    assertThat(outcome.request().peerWithheld()).isTrue();
    assertThat(outcome.requestHeaders().text()).isEmpty();
  }

  @Test
  void aFixedForwardedForStillGetsThePeer() {
    var outcome =
        headers("customRequestHeaders: {X-Forwarded-For: 192.0.2.1}").send(TestRequest.get("/"));

    assertThat(outcome.request().peerWithheld()).isFalse();
    assertThat(outcome.requestHeaders().text()).containsExactly("x-forwarded-for: 192.0.2.1");
  }

  @Test
  void hostChangesTheHostThatTheServerIsTold() {
    var outcome = headers("customRequestHeaders: {host: inner.test}").send(TestRequest.get("/"));

    assertThat(outcome.request().host()).isEqualTo("inner.test");
    assertThat(outcome.request().routingHost()).isEqualTo("app.example");
    assertThat(outcome.requestHeaders().text()).isEmpty();
  }

  @Test
  void anEmptyHostLeavesItAlone() {
    var outcome = headers("customRequestHeaders: {Host: \"\"}").send(TestRequest.get("/"));

    assertThat(outcome.request().host()).isEqualTo("app.example");
  }

  @Test
  void setsAndRemovesResponseHeaders() {
    var outcome =
        headers("customResponseHeaders: {X-Edge: par-1, Server: \"\", Vary: Cookie}")
            .send(
                TestRequest.get("/"),
                304,
                "Server",
                "thing/1",
                "Etag",
                "\"7\"",
                "vary",
                "Accept",
                "Vary",
                "Origin");

    assertThat(outcome.status()).isEqualTo(304);
    assertThat(outcome.headers().text())
        .containsExactly("etag: \"7\"", "vary: Cookie", "x-edge: par-1");
  }

  @Test
  void takesValuesThatAreNotText() {
    var outcome =
        headers(
                """
                customRequestHeaders: {X-Number: 12, X-Flag: true, X-Quoted: "012"}
                customResponseHeaders: {X-Kept: 7, X-Nothing: null, X-Colon: "a: b"}
                frameDeny: "true"
                stsSeconds: "60"
                forceSTSHeader: "true"
                """)
            .send(TestRequest.get("/number"));

    assertThat(outcome.requestHeaders().text())
        .containsExactly("x-flag: true", "x-number: 12", "x-quoted: 012");
    assertThat(outcome.headers().text())
        .containsExactly(
            "strict-transport-security: max-age=60",
            "x-colon: a: b",
            "x-frame-options: DENY",
            "x-kept: 7");
  }

  @Test
  void sendsTextBeyondAsciiAsUtf8() {
    var outcome =
        headers("customResponseHeaders: {X-City: Zürich – 東京}").send(TestRequest.get("/"));

    byte[] sent =
        outcome
            .headers()
            .text()
            .getFirst()
            .substring("x-city: ".length())
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(sent).asString(java.nio.charset.StandardCharsets.UTF_8).isEqualTo("Zürich – 東京");
  }

  @Test
  void leavesTheFramingAlone() {
    var passage =
        headers(
            """
            customRequestHeaders: {Transfer-Encoding: chunked, X-Kept: a}
            customResponseHeaders: {content-length: "5"}
            """);

    var outcome = passage.send(TestRequest.get("/"), 200, "Content-Length", "7");

    assertThat(outcome.requestHeaders().text()).containsExactly("x-kept: a");
    assertThat(outcome.headers().text()).containsExactly("content-length: 7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "customRequestHeaders: {\"X Y\": a}",
        "customResponseHeaders: {\"\": a}",
        "customRequestHeaders: {X-A: \"a\\r\\nX-B: b\"}",
        "customResponseHeaders: {X-A: \"a\\nb\"}",
        "customResponseHeaders: {X-A: \"a\\0b\"}",
        "hostsProxyHeaders: [\"a b\"]\nallowedHosts: [x]",
        "sslProxyHeaders: {\"a b\": c}\nframeDeny: true",
        "referrerPolicy: \"a\\nb\"",
        "accessControlAllowMethods: [\"GET\\nX\"]",
      })
  void refusesNamesAndValuesThatMayNotBeSent(String yaml) {
    assertThatThrownBy(() -> headers(yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("case.yml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"frameDeny: false", "customRequestHeaders: {}", "allowedHosts: []"})
  void refusesOptionsThatAskForNothing(String yaml) {
    assertThatThrownBy(() -> headers(yaml)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "featurePolicy: camera 'none'",
        "sslRedirect: true",
        "sslTemporaryRedirect: true",
        "sslHost: secure.test",
        "sslForceHost: true",
        "isDevelopment: true",
        "stsPreload: true",
      })
  void acceptsOptionsThatHaveNoEffectAlone(String yaml) {
    var outcome = headers(yaml).send(TestRequest.get("/"));

    assertThat(outcome.status()).isEqualTo(200);
    assertThat(outcome.headers().text()).isEmpty();
  }
}
