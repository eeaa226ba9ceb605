package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedirectSchemeTest {
  @ParameterizedTest
  @CsvSource({
    "GET, true, 301, Moved Permanently",
    "HEAD, true, 308, Permanent Redirect",
    "POST, true, 308, Permanent Redirect",
    "GET, false, 302, Found",
    "HEAD, false, 307, Temporary Redirect",
    "POST, false, 307, Temporary Redirect",
  })
  void answersByMethod(String method, boolean permanent, int status, String body) {
    var passage = Passage.of(RedirectScheme.TYPE, "{scheme: https, permanent: " + permanent + "}");

    var outcome = passage.send(TestRequest.of(method, "/form"));

    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.body()).isEqualTo(body);
    assertThat(outcome.headers().text()).containsExactly("location: https://app.example/form");
  }

  @ParameterizedTest
  @CsvSource({
    "'', shop.test:8080, /a/c%2Fd?x=1;y=%20, https://shop.test/a/c%2Fd?x=1;y=%20",
    "8443, shop.test:8080, /x, https://shop.test:8443/x",
    "443, shop.test, /x, https://shop.test/x",
    "80, shop.test, /x, https://shop.test:80/x",
    "8443, [2001:db8::1], /six, https://[2001:db8::1]:8443/six",
    "8443, [2001:db8::1]:80, /six, https://[2001:db8::1]:8443/six",
    "'', Shop.Test, /?, https://Shop.Test/?",
    "'', shop.test:, /, https://shop.test/",
  })
  void keepsHostPathAndQueryAndNotThePort(
      String port, String host, String target, String expected) {
    var passage = Passage.of(RedirectScheme.TYPE, "{scheme: https, port: \"" + port + "\"}");

    var outcome = passage.send(TestRequest.get(target).host(host));

    assertThat(outcome.headers().first(HeaderName.LOCATION)).hasValue(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'', app.example, https",
    "'', app.example:443, HTTPS",
    "'', app.example:, wss",
    "8443, app.example:8443, https",
  })
  void letsPassWhatIsThereAlready(String port, String host, String proto) {
    var passage = Passage.of(RedirectScheme.TYPE, "{scheme: https, port: \"" + port + "\"}");

    var outcome = passage.send(TestRequest.get("/x").host(host).with("X-Forwarded-Proto", proto));

    assertThat(outcome.reachedServer()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "8443, app.example, https",
    "'', app.example:8443, https",
    "'', app.example, http",
    "'', app.example, ws",
    "'', app.example, gopher",
  })
  void redirectsWhatIsNotThere(String port, String host, String proto) {
    var passage = Passage.of(RedirectScheme.TYPE, "{scheme: https, port: \"" + port + "\"}");

    var outcome = passage.send(TestRequest.get("/x").host(host).with("X-Forwarded-Proto", proto));

    assertThat(outcome.status()).isEqualTo(302);
  }

  @Test
  void goesByTheConnectionWhereNothingIsTold() {
    var passage = Passage.of(RedirectScheme.TYPE, "scheme: https");

    assertThat(passage.send(TestRequest.get("/x").overTls()).reachedServer()).isTrue();
  }

  @Test
  void usesHostAndNeverXForwardedHost() {
    var passage = Passage.of(RedirectScheme.TYPE, "{scheme: https, permanent: true}");

    var outcome =
        passage.send(
            TestRequest.get("/x")
                .with("X-Forwarded-Host", "www.example")
                .with("X-Forwarded-Port", "8443"));

    assertThat(outcome.headers().first(HeaderName.LOCATION)).hasValue("https://app.example/x");
  }

  @Test
  void refusesARequestWithoutHost() {
    var passage = Passage.of(RedirectScheme.TYPE, "scheme: https");

    assertThat(passage.send(TestRequest.get("/x").host("")).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{scheme: \"https://\"}",
        "{scheme: https, port: \"0\"}",
        "{scheme: https, port: \"65536\"}",
        "{scheme: https, port: \"84x\"}"
      })
  void refusesOptionsThatLeadNowhere(String options) {
    assertThatThrownBy(() -> Passage.of(RedirectScheme.TYPE, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("case.yml");
  }
}
