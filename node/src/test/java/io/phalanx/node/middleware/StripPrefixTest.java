package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StripPrefixTest {
  @ParameterizedTest
  @CsvSource({
    "'[/app, /a b]', /app/x%2Fy%20z/%C3%BC, /x%2Fy%20z/%C3%BC, /app",
    "'[/app, /a b]', /app/x, /x, /app",
    "'[/app, /a b]', /a%20b/c%20d%2Fe, /c%20d%2Fe, /a b",
    "'[/app/public, /app]', /app.hidden, /.hidden, /app",
    "'[/app/public, /app]', /app/public/x, /x, /app/public",
    "'[/app, /app/public]', /app/public/x, /public/x, /app",
    "'[/docs, \" /manual \"]', /docsearch/x, /earch/x, /docs",
    "'[/docs, \" /manual \"]', /manual/x, /x, /manual",
    "'[/docs]', /docs, /, /docs",
    "'[/docs]', /docs?q=/docs, /?q=/docs, /docs",
    "'[/docs/]', /docs/x, /x, /docs/",
    "'[/]', /x/y, /x/y, /",
  })
  void cutsTheFirstPrefixThatIsThereAndTellsIt(
      String prefixes, String target, String expected, String told) {
    var passage = Passage.of(StripPrefix.TYPE, "prefixes: " + prefixes);

    var outcome = passage.send(TestRequest.get(target));

    assertThat(outcome.request().target()).isEqualTo(expected);
    assertThat(outcome.requestHeaders().text()).containsExactly("x-forwarded-prefix: " + told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/Docs/x", "/doc", "/", "/x/docs", "/do%63", "*"})
  void leavesOtherPathsAlone(String target) {
    var passage = Passage.of(StripPrefix.TYPE, "prefixes: [/docs, \"\"]");

    var outcome = passage.send(TestRequest.get(target));

    assertThat(outcome.request().target()).isEqualTo(target);
    assertThat(outcome.requestHeaders().text()).isEmpty();
  }

  @Test
  void forceSlashMakesNoDifference() {
    var passage = Passage.of(StripPrefix.TYPE, "{prefixes: [/docs], forceSlash: false}");

    assertThat(passage.send(TestRequest.get("/docs")).request().path()).isEqualTo("/");
  }

  @Test
  void cutsPrefixesBeyondAscii() {
    var passage = Passage.of(StripPrefix.TYPE, "prefixes: [/größe]");

    var outcome = passage.send(TestRequest.get("/gr%C3%B6%C3%9Fe/x"));

    assertThat(outcome.request().path()).isEqualTo("/x");
    assertThat(outcome.requestHeaders().first(HeaderName.X_FORWARDED_PREFIX))
        .hasValue("/gr\u00c3\u00b6\u00c3\u009fe");
  }

  @Test
  void addsToAPrefixThatWasCutBefore() {
    var passage = Passage.of(StripPrefix.TYPE, "prefixes: [/b]");

    var outcome = passage.send(TestRequest.get("/b/c").with("X-Forwarded-Prefix", "/a"));

    assertThat(outcome.requestHeaders().all(HeaderName.X_FORWARDED_PREFIX))
        .containsExactly("/a", "/b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/app../secret",
        "/app..",
        "/app./x",
        "/app/public%2F..%2Fsecret",
        "/app/..%2Fsecret",
        "/app/x%2F%2E%2E%2Fy",
        "/app//x",
      })
  void refusesARestThatIsNotClean(String target) {
    var passage = Passage.of(StripPrefix.TYPE, "prefixes: [/app/public, /app]");

    var outcome = passage.send(TestRequest.get(target));

    assertThat(outcome.status()).isEqualTo(400);
    assertThat(outcome.body()).isEqualTo("Bad Request\n");
    assertThat(outcome.headers().text())
        .containsExactly(
            "content-type: text/plain; charset=utf-8", "x-content-type-options: nosniff");
    assertThat(outcome.reachedServer()).isFalse();
  }
}
