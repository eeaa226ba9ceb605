package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderTest {
  enum Kind {
    PLAIN,
    TWO_WORDS
  }

  record Everything(
      String text,
      @Default("d") String withDefault,
      boolean truth,
      int number,
      Optional<Integer> maybe,
      long big,
      double fraction,
      Duration delay,
      Optional<Duration> maybeDelay,
      Kind kind,
      Secret token,
      List<Secret> tokens,
      @Default("a, b") List<String> listWithDefault,
      Optional<List<String>> maybeList,
      List<List<String>> lists,
      List<Leaf> leaves,
      Map<String, Leaf> named,
      Map<String, List<Kind>> kinds,
      Leaf leaf,
      AllAbsent quiet,
      Optional<AllAbsent> maybeQuiet,
      @AllowEmpty Optional<AllAbsent> on,
      Optional<Free> free) {}

  record Leaf(
      @Default("7") int number, Optional<String> text, @AllowEmpty Optional<AllAbsent> on) {}

  record AllAbsent(Optional<String> a, Optional<Boolean> b) {}

  @FreeForm
  record Free(Tree.Mapping any) {}

  record Login(String user, Secret password, Optional<Secret> token, List<Secret> keys) {}

  private static final Decoder DECODER = new Decoder(Map.of());

  @Test
  void whatIsReadIsWhatWasWritten() {
    var records = new RandomRecords(42, Map.of());
    for (int i = 0; i < 2_000; i++) {
      Everything written = records.record(Everything.class);

      Parsed parsed = JsonReader.read("f", Encoder.json(DECODER.encoder().encode(written)));
      Decoded<Everything> read = DECODER.decode(parsed.tree(), Everything.class);

      assertThat(parsed.problems()).isEmpty();
      assertThat(read.problems()).isEmpty();
      assertThat(read.value()).contains(written);
    }
  }

  @Test
  void whatIsAbsentOrADefaultIsLeftOut() {
    var leaf = new Leaf(7, Optional.of("t"), Optional.empty());

    assertThat(Encoder.json(DECODER.encoder().encode(leaf))).isEqualTo("{\"text\":\"t\"}");
  }

  @Test
  void aBlockOfDefaultsKeepsThem() {
    var leaf = new Leaf(7, Optional.empty(), Optional.empty());

    assertThat(Encoder.json(DECODER.encoder().encode(leaf))).isEqualTo("{\"number\":\"7\"}");
  }

  @Test
  void peopleAreShownDefaults() {
    var leaf = new Leaf(7, Optional.of("t"), Optional.empty());

    assertThat(Encoder.json(DECODER.maskingEncoder().encode(leaf)))
        .isEqualTo("{\"number\":\"7\",\"text\":\"t\"}");
  }

  @Test
  void maskedSecretsAreNotInWhatIsShown() {
    var login =
        new Login(
            "ann",
            new Secret("s3cret"),
            Optional.of(new Secret("s3cret")),
            List.of(new Secret("s3cret")));

    assertThat(Encoder.json(DECODER.maskingEncoder().encode(login)))
        .isEqualTo(
            """
            {"user":"ann","password":"********","token":"********","keys":["********"]}\
            """);
    assertThat(Encoder.json(DECODER.encoder().encode(login))).contains("s3cret");
    assertThat(login.toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://ann:s3cret@auth/check?a=b@c | http://********@auth/check?a=b@c",
        "https://s3cret@auth | https://********@auth",
        "https://a:s3cr@t@auth:8443/ | https://********@auth:8443/",
        "http://auth/ann@example.org | http://auth/ann@example.org",
        "ann@example.org | ann@example.org"
      })
  void whatMayBeAPasswordInAUrlIsMasked(String url, String shown) {
    var leaf = new Leaf(7, Optional.of(url), Optional.empty());

    assertThat(Encoder.json(DECODER.maskingEncoder().encode(leaf)))
        .contains("\"text\":\"" + shown + '"');
    assertThat(Encoder.json(DECODER.encoder().encode(leaf))).contains(url);
  }
}
