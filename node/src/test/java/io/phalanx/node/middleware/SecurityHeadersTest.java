package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.TestRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SecurityHeadersTest {
  private static final TestRequest PLAIN = TestRequest.get("/a");
  private static final TestRequest SECURE = TestRequest.get("/a").overTls();

  private static List<String> sent(String yaml, TestRequest request) {
    return Passage.of(HeadersMiddleware.TYPE, yaml).send(request).headers().text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frameDeny: true | x-frame-options: DENY",
        "customFrameOptionsValue: SAMEORIGIN | x-frame-options: SAMEORIGIN",
        "{frameDeny: true, customFrameOptionsValue: SAMEORIGIN} | x-frame-options: SAMEORIGIN",
        "{frameDeny: true, customFrameOptionsValue: ''} | x-frame-options: DENY",
        "contentTypeNosniff: true | x-content-type-options: nosniff",
        "browserXssFilter: true | x-xss-protection: 1; mode=block",
        "customBrowserXSSValue: '0' | x-xss-protection: 0",
        "{browserXssFilter: true, customBrowserXSSValue: '0'} | x-xss-protection: 0",
        "contentSecurityPolicy: default-src self | content-security-policy: default-src self",
        "contentSecurityPolicyReportOnly: a b | content-security-policy-report-only: a b",
        "referrerPolicy: no-referrer | referrer-policy: no-referrer",
        "permissionsPolicy: camera=() | permissions-policy: camera=()",
      })
  void setsTheHeaderOfEachOption(String yaml, String expected) {
    String unquoted = yaml.replace("''", "\"\"").replace("'0'", "\"0\"");

    assertThat(sent(unquoted, PLAIN)).containsExactly(expected);
    assertThat(sent(unquoted, SECURE)).containsExactly(expected);
  }

  @Test
  void replacesWhatTheServerSent() {
    var outcome =
        Passage.of(HeadersMiddleware.TYPE, "frameDeny: true")
            .send(PLAIN, 200, "X-Frame-Options", "SAMEORIGIN", "Etag", "1");

    assertThat(outcome.headers().text()).containsExactly("etag: 1", "x-frame-options: DENY");
  }

  @Test
  void sendsPublicKeysOverTlsOnly() {
    assertThat(sent("publicKey: pin", PLAIN)).isEmpty();
    assertThat(sent("publicKey: pin", SECURE)).containsExactly("public-key-pins: pin");
    assertThat(sent("{publicKey: pin, isDevelopment: true}", SECURE)).isEmpty();
  }

  @Test
  void sendsStrictTransportSecurityOverTlsOnly() {
    String yaml = "{stsSeconds: 31536000, stsIncludeSubdomains: true, stsPreload: true}";

    assertThat(sent(yaml, PLAIN)).isEmpty();
    assertThat(sent(yaml, SECURE))
        .containsExactly("strict-transport-security: max-age=31536000; includeSubDomains; preload");
  }

  @Test
  void sendsStrictTransportSecurityWhereItIsForced() {
    assertThat(sent("{stsSeconds: 600, forceSTSHeader: true}", PLAIN))
        .containsExactly("strict-transport-security: max-age=600");
  }

  @Test
  void neverSendsStrictTransportSecurityWithoutSecondsOrInDevelopment() {
    assertThat(sent("{stsSeconds: 0, stsPreload: true, forceSTSHeader: true}", SECURE)).isEmpty();
    assertThat(sent("{stsSeconds: 60, forceSTSHeader: true, isDevelopment: true}", SECURE))
        .isEmpty();
  }

  @Test
  void takesAHeaderOfATrustedProxyForTls() {
    String yaml = "{stsSeconds: 300, sslProxyHeaders: {X-Forwarded-Proto: https}}";

    assertThat(sent(yaml, TestRequest.get("/").with("X-Forwarded-Proto", "https")))
        .containsExactly("strict-transport-security: max-age=300");
    assertThat(sent(yaml, TestRequest.get("/").with("X-Forwarded-Proto", "http"))).isEmpty();
  }

  @Test
  void refusesNegativeSeconds() {
    assertThatThrownBy(() -> sent("{stsSeconds: -1, frameDeny: true}", PLAIN))
        .hasMessageContaining("stsSeconds");
  }

  @ParameterizedTest
  @CsvSource({
    "also.example, 200",
    "GOOD.example, 200",
    "bad.example, 500",
    "good.example:8080, 500",
    "'', 500",
  })
  void servesAllowedHostsOnly(String host, int status) {
    var outcome =
        Passage.of(
                HeadersMiddleware.TYPE,
                "{allowedHosts: [good.example, also.example], referrerPolicy: no-referrer}")
            .send(TestRequest.get("/").host(host));

    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.reachedServer()).isEqualTo(status == 200);
  }

  @Test
  void aRefusedHostIsToldSoWithCustomHeadersAndWithoutSecurityHeaders() {
    var outcome =
        Passage.of(
                HeadersMiddleware.TYPE,
                "{allowedHosts: [good.example], frameDeny: true, customResponseHeaders: {X-Edge:"
                    + " a}}")
            .send(TestRequest.get("/").host("bad.example"));

    assertThat(outcome.body()).isEqualTo("Bad Host\n");
    assertThat(outcome.headers().text())
        .containsExactly(
            "content-type: text/plain; charset=utf-8",
            "x-content-type-options: nosniff",
            "x-edge: a");
  }

  @Test
  void judgesAProxysHeaderInsteadOfTheHost() {
    var passage =
        Passage.of(
            HeadersMiddleware.TYPE,
            "{allowedHosts: [good.example], hostsProxyHeaders: [X-None, X-Forwarded-Host]}");

    TestRequest request = TestRequest.get("/").host("bad.example");
    assertThat(passage.send(request).status()).isEqualTo(500);
    assertThat(passage.send(request.with("X-Forwarded-Host", "good.example")).status())
        .isEqualTo(200);
  }

  @Test
  void allowsAnyHostInDevelopment() {
    var outcome =
        Passage.of(HeadersMiddleware.TYPE, "{allowedHosts: [good.example], isDevelopment: true}")
            .send(TestRequest.get("/").host("bad.example"));

    assertThat(outcome.status()).isEqualTo(200);
  }
}
