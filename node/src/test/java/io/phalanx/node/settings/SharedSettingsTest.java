package io.phalanx.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.Tree;
import io.phalanx.providers.tree.YamlReader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharedSettingsTest {
  private static final String FLEET =
      """
      entryPoints:
        web:
          address: ":80"
          transport: {respondingTimeouts: {readTimeout: 60s}}
      log: {level: INFO}
      """;

  private final SettingsReader reader = new SettingsReader(Map.of(), Map.of(), Path.of(""));

  private static Tree.Mapping tree(String yaml) {
    return YamlReader.read("phalanx.yml", yaml).tree();
  }

  private static String merged(String own) {
    return Encoder.json(SharedSettings.merged(tree(FLEET), tree(own))).replace("\"", "");
  }

  @Test
  void whatIsAMachinesOwnIsNotGivenToTheFleet() {
    Tree.Mapping shared =
        SharedSettings.of(
            tree(
                """
                fleet: {bootstrap: true}
                datadir: /var/lib/phalanx
                log: {level: DEBUG, filePath: /var/log/phalanx.log}
                ping: {}
                """));

    assertThat(Encoder.json(shared)).isEqualTo("{\"ping\":{},\"log\":{\"level\":\"DEBUG\"}}");
  }

  @Test
  void anAddressOfItsOwnStaysAndOtherwiseTheFleetsCounts() {
    assertThat(
            merged(
                """
                dataDir: /data
                entryPoints:
                  WEB: {address: "127.0.0.1:8000", transport: {respondingTimeouts: {readTimeout: 5s}}}
                log: {level: DEBUG, filePath: /var/log/phalanx.log}
                """))
        .contains("address:127.0.0.1:8000", "readTimeout:60s", "level:INFO")
        .contains("filePath:/var/log/phalanx.log", "dataDir:/data");
  }

  @Test
  void whatTheFleetSaysNothingOfCounts() {
    assertThat(merged("ping: {entryPoint: web}")).contains("ping:{entryPoint:web}");
  }

  @Test
  void driftIsWhatANodeWasGivenOtherwiseAndNotWhatIsItsOwn() {
    Tree.Mapping own =
        tree(
            """
            fleet: {bootstrap: true}
            dataDir: /data
            entryPoints:
              web: {address: "127.0.0.1:8000", transport: {respondingTimeouts: {readTimeout: 5s}}}
              more: {address: ":81"}
            log: {level: DEBUG, filePath: /var/log/phalanx.log}
            ping: {entryPoint: web}
            """);

    assertThat(reader.drift(tree(FLEET), own))
        .containsExactlyInAnyOrder(
            "entryPoints.web.transport", "entryPoints.more", "log.level", "ping");
  }

  @Test
  void theSameInOtherWordsIsNoDrift() {
    String words =
        """
        entrypoints: {WEB: {address: ":80", transport: {respondingtimeouts: {readTimeout: 1m}}}}
        """;

    assertThat(reader.drift(tree(FLEET), tree(words))).isEmpty();
    assertThat(reader.drift(tree(FLEET), Tree.Mapping.EMPTY)).isEmpty();
  }
}
