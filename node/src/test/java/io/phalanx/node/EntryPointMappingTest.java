package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPointOptions;
import io.phalanx.node.settings.EntryPointSettings;
import io.phalanx.node.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryPointMappingTest {
  @TempDir private Path directory = Path.of("");

  private EntryPointOptions options(String... transport) {
    var arguments = new java.util.ArrayList<>(List.of("--entryPoints.web.address=:8080"));
    for (String option : transport) {
      arguments.add("--entryPoints.web.transport." + option);
    }
    var reader = new SettingsReader(Map.of(), Map.of(), directory);
    var decoded = reader.decode(reader.sources(arguments).tree());
    assertThat(decoded.problems()).isEmpty();
    EntryPointSettings web = decoded.value().orElseThrow().entryPoints().get("web");
    return EntryPointMapping.options("web", Objects.requireNonNull(web));
  }

  @Test
  void takesATimeOrNumberBelowZeroForNoLimitAsTraefikDoes() {
    EntryPointOptions options =
        options(
            "respondingTimeouts.readTimeout=-1s",
            "respondingTimeouts.writeTimeout=-1ns",
            "respondingTimeouts.idleTimeout=-5m",
            "keepAliveMaxTime=-1h",
            "keepAliveMaxRequests=-2");

    assertThat(
            List.of(
                options.readTimeout(),
                options.writeTimeout(),
                options.idleTimeout(),
                options.maxConnectionAge()))
        .containsOnly(Duration.ZERO);
    assertThat(options.maxRequestsPerConnection()).isZero();
  }

  @Test
  void keepsALimitThatIsGiven() {
    EntryPointOptions options =
        options(
            "respondingTimeouts.readTimeout=1s", "keepAliveMaxTime=1h", "keepAliveMaxRequests=2");

    assertThat(options.readTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.maxConnectionAge()).isEqualTo(Duration.ofHours(1));
    assertThat(options.maxRequestsPerConnection()).isEqualTo(2);
  }
}
