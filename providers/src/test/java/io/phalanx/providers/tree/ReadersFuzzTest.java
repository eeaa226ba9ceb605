package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Whatever text comes, a reader answers with a tree or with problems, and soon. */
class ReadersFuzzTest {
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** What was read can be written as JSON, and is the same when it is read again. */
  private static void assertSurvivesJson(Parsed parsed) {
    String written = Encoder.json(parsed.tree());
    assertThat(Encoder.json(JsonReader.readEncoded("again", written).tree())).isEqualTo(written);
  }

  @FuzzTest
  void yaml(byte[] bytes) {
    assertSurvivesJson(YamlReader.read("file", text(bytes)));
  }

  @FuzzTest
  void toml(byte[] bytes) {
    assertSurvivesJson(TomlReader.read("file", text(bytes)));
  }

  @FuzzTest
  void json(byte[] bytes) {
    assertSurvivesJson(JsonReader.read("file", text(bytes)));
  }

  @FuzzTest
  void flags(byte[] bytes) {
    assertSurvivesJson(FlagReader.read(List.of(text(bytes).split("\n", -1))));
  }

  @FuzzTest
  void label(byte[] bytes) {
    String[] pair = text(bytes).split("=", 2);
    assertSurvivesJson(
        LabelReader.read("label", "traefik", Map.of(pair[0], pair.length > 1 ? pair[1] : "")));
  }

  @FuzzTest
  void duration(byte[] bytes) {
    Duration read;
    try {
      read = GoDuration.parse(text(bytes));
    } catch (IllegalArgumentException _) {
      return;
    }
    assertThat(GoDuration.parse(GoDuration.format(read))).isEqualTo(read);
  }
}
