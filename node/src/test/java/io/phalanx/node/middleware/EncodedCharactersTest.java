package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EncodedCharactersTest {
  @ParameterizedTest
  @ValueSource(strings = {"/f%5Cx", "/f%3Bx", "/f%3Fx", "/f%23x", "/f%2F", "/f%00", "/f%20%25"})
  void refusesAllWhereNothingIsAllowed(String target) {
    var outcome = Passage.of(EncodedCharacters.TYPE, "{}").send(TestRequest.get(target));

    assertThat(outcome.status()).isEqualTo(400);
    assertThat(outcome.body()).isEmpty();
    assertThat(outcome.headers().text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/f%20%2B%26%40%C3%BC", "/fA?a=%2F%5C%00%3B%25%3F%23", "/"})
  void letsOtherCharactersAndTheQueryPass(String target) {
    var outcome = Passage.of(EncodedCharacters.TYPE, "{}").send(TestRequest.get(target));

    assertThat(outcome.reachedServer()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "allowEncodedSlash, %2F",
    "allowEncodedBackSlash, %5C",
    "allowEncodedNullCharacter, %00",
    "allowEncodedSemicolon, %3B",
    "allowEncodedPercent, %25",
    "allowEncodedQuestionMark, %3F",
    "allowEncodedHash, %23",
  })
  void allowsWhatEachOptionNamesAndNoMore(String option, String triplet) {
    var passage = Passage.of(EncodedCharacters.TYPE, option + ": true");

    assertThat(passage.send(TestRequest.get("/a" + triplet)).reachedServer()).isTrue();
    String other = triplet.equals("%2F") ? "%5C" : "%2F";
    assertThat(passage.send(TestRequest.get("/a" + other)).status()).isEqualTo(400);
  }

  @Test
  void letsAllPassWhereAllIsAllowed() {
    var passage =
        Passage.of(
            EncodedCharacters.TYPE,
            """
            allowEncodedSlash: true
            allowEncodedBackSlash: true
            allowEncodedNullCharacter: true
            allowEncodedSemicolon: true
            allowEncodedPercent: true
            allowEncodedQuestionMark: true
            allowEncodedHash: true
            """);

    assertThat(passage.send(TestRequest.get("/%2F%5C%00%3B%25%3F%23")).reachedServer()).isTrue();
  }
}
