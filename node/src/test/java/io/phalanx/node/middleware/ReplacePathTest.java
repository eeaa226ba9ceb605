package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplacePathTest {
  @ParameterizedTest
  @CsvSource({
    "/incoming, /hook/a%2Fb/c?token=7, /incoming?token=7, /hook/a%2Fb/c",
    "/incoming?fixed=1, /query?b=2, /incoming%3Ffixed=1?b=2, /query",
    "/in%20box/a%2fb, /space?b=2, /in%20box/a%2Fb?b=2, /space",
    "incoming, /plain, /incoming, /plain",
    "/ü [x], /plain?, /%C3%BC%20[x]?, /plain",
    "'', /plain, /, /plain",
  })
  void setsThePathAndTellsTheOldOne(String path, String target, String expected, String told) {
    var passage = Passage.of(ReplacePath.TYPE, "path: \"" + path + '"');

    var outcome = passage.send(TestRequest.get(target));

    assertThat(outcome.request().target()).isEqualTo(expected);
    assertThat(outcome.requestHeaders().text()).containsExactly("x-replaced-path: " + told);
  }

  @ParameterizedTest
  @CsvSource({"/in%2", "/in%", "/in%zz", "/in%2g/x"})
  void answers500WhereTheEncodingIsBroken(String path) {
    var passage = Passage.of(ReplacePath.TYPE, "path: \"" + path + '"');

    var outcome = passage.send(TestRequest.get("/broken"));

    assertThat(outcome.status()).isEqualTo(500);
    assertThat(outcome.reachedServer()).isFalse();
  }

  @Test
  void takesATripletAtTheVeryEnd() {
    var passage = Passage.of(ReplacePath.TYPE, "path: /a%2f");

    assertThat(passage.send(TestRequest.get("/x")).request().path()).isEqualTo("/a%2F");
  }
}
