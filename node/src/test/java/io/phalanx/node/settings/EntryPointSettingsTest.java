package io.phalanx.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Decoded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
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

  @Test
  void refusesToStopBeforeItWasTold() {
    String lifeCycle = "--entryPoints.web.transport.lifeCycle.";
    List<Problem> problems =
        decode(lifeCycle + "requestAcceptGraceTimeout=-1s", lifeCycle + "graceTimeOut=-2s")
            .problems();

    assertThat(problems)
        .singleElement()
        .extracting(problem -> problem.path() + ": " + problem.message())
        .isEqualTo(
            "entryPoints.web.transport.lifeCycle: requestAcceptGraceTimeout must not be"
                + " negative, but is -1s; graceTimeOut must not be negative, but is -2s");
  }

  private Decoded<Settings> decode(String option, int value) {
    return decode("--entryPoints.web.http2." + option + "=" + value);
  }

  private Decoded<Settings> decode(String... more) {
    var reader = new SettingsReader(Map.of(), Map.of(), directory);
    var arguments = new ArrayList<>(List.of("--entryPoints.web.address=:8080"));
    arguments.addAll(List.of(more));
    return reader.decode(reader.sources(arguments).tree());
  }
}
