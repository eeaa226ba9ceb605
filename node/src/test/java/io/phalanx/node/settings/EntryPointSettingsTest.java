package io.phalanx.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Decoded;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntryPointSettingsTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {"maxConcurrentStreams", "maxDecoderHeaderTableSize", "maxEncoderHeaderTableSize"})
  void refusesNegativeBoundsOfHttp2(String option) {
    assertThat(decode(option, -1).problems())
        .extracting(Problem::message)
        .singleElement()
        .asString()
        .contains(option, "negative");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"maxConcurrentStreams", "maxDecoderHeaderTableSize", "maxEncoderHeaderTableSize"})
  void takesZeroForTheDefaultOfHttp2(String option) {
    assertThat(decode(option, 0).value().orElseThrow().entryPoints())
        .extractingByKey("web")
        .extracting(EntryPointSettings::http2)
        .isEqualTo(new EntryPointSettings.Http2(250, 4096, 4096));
  }

  private Decoded<Settings> decode(String option, int value) {
    var reader = new SettingsReader(Map.of(), Map.of(), directory);
    List<String> arguments =
        List.of(
            "--entryPoints.web.address=:8080", "--entryPoints.web.http2." + option + "=" + value);
    return reader.decode(reader.sources(arguments).tree());
  }
}
