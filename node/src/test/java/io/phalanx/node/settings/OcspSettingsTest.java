package io.phalanx.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Decoded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OcspSettingsTest {
  @TempDir private Path directory;

  private Decoded<Settings> decode(String ocsp) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("phalanx.yml"),
            """
            entryPoints: {web: {address: ":8080"}}
            ocsp: %s
            """
                .formatted(ocsp));
    var reader = new SettingsReader(Map.of(), Map.of(), directory);
    return reader.decode(reader.sources(List.of("--configFile=" + file)).tree());
  }

  @Test
  void anEmptyBlockTurnsItOnAsInTraefik() throws Exception {
    assertThat(decode("{}").value().orElseThrow().ocsp()).contains(new OcspSettings(Map.of()));
    assertThat(decode("{}").problems()).isEmpty();
  }

  @Test
  void respondersAreReplacedByTheirUrls() throws Exception {
    Decoded<Settings> decoded =
        decode("{responderOverrides: {\"http://r3.o.test/x\": \"http://10.0.0.1:8080/\"}}");

    assertThat(decoded.problems()).isEmpty();
    assertThat(decoded.value().orElseThrow().ocsp().orElseThrow().responderOverrides())
        .containsExactly(Map.entry("http://r3.o.test/x", "http://10.0.0.1:8080/"));
  }

  @Test
  void whatIsNoUrlIsNamed() throws Exception {
    List<Problem> problems =
        decode("{responderOverrides: {\"http://a.test\": \"b.test:80\", c.test: \"http://d\"}}")
            .problems();

    assertThat(problems)
        .singleElement()
        .asString()
        .contains("ocsp", "\"b.test:80\" is not an http", "\"c.test\" is not an http");
  }

  @Test
  void passwordsAreNotTakenAndNotTold() throws Exception {
    assertThat(
            decode("{responderOverrides: {\"http://a.test\": \"http://b:sesame@c/\"}}").problems())
        .singleElement()
        .asString()
        .contains("without user and password")
        .doesNotContain("sesame");
  }
}
