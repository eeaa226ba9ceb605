package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.PathEncoding;
import io.phalanx.node.exchange.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code stripPrefixRegex}, {@code replacePathRegex} and {@code redirectRegex}. */
class RegexPathsTest {
  private static final HeaderName REPLACED = HeaderName.of("X-Replaced-Path");

  @ParameterizedTest
  @CsvSource({
    "/shop/42/cart, /cart, /shop/42",
    "/shop/42, /, /shop/42",
    "/shop/42x, /x, /shop/42",
    "/sh%6Fp/7/a%2Fb, /a%2Fb, /shop/7",
    "/v2/x, /x, /v2",
  })
  void stripsWhatTheFirstMatchingExpressionFinds(String path, String rest, String prefix) {
    var passage =
        Passage.of(StripPrefixRegex.TYPE, "regex: ['/shop/[0-9]+', ' /v[0-9] ', '/shop']");

    var outcome = passage.send(TestRequest.get(path + "?q=1"));

    assertThat(outcome.request().target()).isEqualTo(rest + "?q=1");
    assertThat(outcome.requestHeaders().all(HeaderName.X_FORWARDED_PREFIX)).containsExactly(prefix);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/other", "/x/shop/1", "/shop/%01/x", "/shop/%FF/x"})
  void leavesOtherPathsAsTheyAre(String path) {
    var passage = Passage.of(StripPrefixRegex.TYPE, "regex: ['/shop/[^/]+']");

    var outcome = passage.send(TestRequest.get(path));

    assertThat(outcome.request().path()).isEqualTo(path);
    assertThat(outcome.requestHeaders().text()).isEmpty();
  }

  /** Each match would look to the end of the path for more, for seconds. */
  @Test
  void aPathThatWouldTakeTheSquareOfItsLengthIsRefused() {
    String options = "{regex: '/[a-z]+(/.*\\.html)?', replacement: /x}";
    String path = "/a".repeat(5_000);

    assertThat(Passage.of(ReplacePathRegex.TYPE, options).send(TestRequest.get(path)).status())
        .isEqualTo(414);
    assertThat(
            Passage.of(RedirectRegex.TYPE, options.replace("/[", "["))
                .send(TestRequest.get(path))
                .status())
        .isEqualTo(414);
    assertThat(
            Passage.of(ReplacePathRegex.TYPE, "{regex: ^/a, replacement: /b}")
                .send(TestRequest.get("/a" + "/c".repeat(400_000)))
                .request()
                .path())
        .startsWith("/b/c");
  }

  @Test
  void aRestThatIsNotCleanIsRefused() {
    var passage = Passage.of(StripPrefixRegex.TYPE, "regex: ['/re[0-9]']");

    assertThat(passage.send(TestRequest.get("/re1../secret")).status()).isEqualTo(400);
    assertThat(passage.send(TestRequest.get("/re1/..%2Fsecret")).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "^/u/([^/]+)/(.*) | /users/$2/of/${1} | /u/ann/list | /users/list/of/ann",
        "^/u/([^/]+)/(.*) | /users/$2/of/${1} | /u/an%2Fn/caf%C3%A9 | /users/caf%C3%A9/of/an%2Fn",
        "o+ | 0 | /foo/boo | /f0/b0",
        "^/group/(.*) | /v$1x/$9-$$1 | /group/a | /v/-$1",
        "^/named/(?P<who>[a-z]+) | /for/${who}-$who | /named/ann/x | /for/ann-ann/x",
        "^/query/(.*) | /find?q=$1 | /query/a | /find%3Fq=a",
        "^/regex/(.*) | $1 | /regex/a | /a",
        "x* | - | /axb | /-/-a-b-",
        "^/a(z)?(.*)$ | /[$1]$2 | /ab | /[]b",
        "^/(.*)$ | /${1/$$/${}$ | /a | /${1/$/${}$",
        "/a b | /c d é | /x | ",
      })
  void replacesEveryMatch(String regex, String replacement, String path, String expected) {
    var passage =
        Passage.of(
            ReplacePathRegex.TYPE,
            "{regex: '%s', replacement: '%s'}".formatted(regex, replacement));

    var outcome = passage.send(TestRequest.get(path + "?o=oo"));

    if (expected == null) {
      assertThat(outcome.request().target()).isEqualTo(path + "?o=oo");
      assertThat(outcome.requestHeaders().text()).isEmpty();
    } else {
      assertThat(PathEncoding.decode(outcome.request().path()))
          .isEqualTo(PathEncoding.decode(expected));
      assertThat(outcome.request().query()).isEqualTo("o=oo");
      assertThat(outcome.requestHeaders().all(REPLACED)).containsExactly(path);
    }
  }

  @ParameterizedTest
  @CsvSource({"/files/$1, 400", "/%zz$1, 500", "/../$1, 400"})
  void resultsThatCannotBeSentAreRefused(String replacement, int status) {
    var passage =
        Passage.of(
            ReplacePathRegex.TYPE,
            "{regex: '^/dots(.*)', replacement: '%s'}".formatted(replacement));

    var outcome = passage.send(TestRequest.get("/dots/a"));

    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.reachedServer()).isFalse();
    assertThat(outcome.request().path()).isEqualTo("/dots/a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "^http://(.*)$ | https://$1 | /x?y=1 | https://app.example:81/x?y=1",
        "/part/ | /whole/ | /a/part/b/part/c | http://app.example:81/a/whole/b/whole/c",
        "^(.*)$ | https://seen.example/?u=$1 | /a%2Fb"
            + " | https://seen.example/?u=http://app.example:81/a%2Fb",
        "^(.*)$ | /caf\u00e9 x | /a | /caf%C3%A9%20x",
      })
  void redirectsToWhatComesOut(String regex, String replacement, String target, String location) {
    var passage =
        Passage.of(
            RedirectRegex.TYPE, "{regex: '%s', replacement: '%s'}".formatted(regex, replacement));

    var outcome = passage.send(TestRequest.get(target).host("app.example:81"));

    assertThat(outcome.status()).isEqualTo(302);
    assertThat(outcome.body()).isEqualTo("Found");
    assertThat(outcome.headers().text()).containsExactly("location: " + location);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, true, 301",
    "HEAD, true, 308",
    "POST, true, 308",
    "GET, false, 302",
    "HEAD, false, 307",
    "PUT, false, 307",
  })
  void redirectsByMethod(String method, boolean permanent, int status) {
    var passage =
        Passage.of(
            RedirectRegex.TYPE,
            "{regex: example, replacement: test, permanent: " + permanent + "}");

    assertThat(passage.send(TestRequest.of(method, "/")).status()).isEqualTo(status);
  }

  @Test
  void whatStaysTheSameGoesOn() {
    var same = Passage.of(RedirectRegex.TYPE, "{regex: '^(.*)$', replacement: '$1'}");
    var other = Passage.of(RedirectRegex.TYPE, "{regex: '^https', replacement: 'http'}");

    assertThat(same.send(TestRequest.get("/x")).reachedServer()).isTrue();
    assertThat(other.send(TestRequest.get("/x")).reachedServer()).isTrue();
    assertThat(other.send(TestRequest.get("/x").overTls()).headers().text())
        .containsExactly("location: http://app.example/x");
  }

  @Test
  void expressionsThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(StripPrefixRegex.TYPE, "regex: ['']"))
        .withMessage("regex must not be empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(StripPrefixRegex.TYPE, "regex: ['/(']"))
        .withMessageContaining("RE2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(ReplacePathRegex.TYPE, "{replacement: /a}"))
        .withMessage("regex must not be empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(RedirectRegex.TYPE, "{regex: '(', replacement: /a}"))
        .withMessageContaining("RE2");
  }
}
