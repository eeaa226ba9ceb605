package io.phalanx.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.settings.ResolverSettings;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.settings.SettingsReader;
import io.phalanx.providers.tree.Decoded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LateResolversTest {
  private static final String ACME = "--certificatesResolvers.%s.acme.";
  private static final Duration SHORT = Duration.ofMillis(20);

  private final BlockingQueue<Boolean> changes = new LinkedBlockingQueue<>();

  @TempDir private Path directory;

  private Map<String, ResolverSettings> settings(Path file) {
    var reader = new SettingsReader(Map.of(), Map.of(), directory);
    Decoded<Settings> decoded =
        reader.decode(
            reader
                .sources(
                    List.of(
                        "--entryPoints.web.address=:8080",
                        ACME.formatted("plain") + "tlsChallenge=true",
                        ACME.formatted("dns") + "dnsChallenge.provider=digitalocean",
                        ACME.formatted("dns")
                            + "dnsChallenge.variables.DO_AUTH_TOKEN_FILE="
                            + file))
                .tree());
    assertThat(decoded.problems()).isEmpty();
    return decoded.value().orElseThrow().certificatesResolvers();
  }

  @Test
  void oneWhoseCredentialsComeLateIsRunThen() throws Exception {
    Path file = directory.resolve("token");
    try (var late = new LateResolvers(Map.of(), SHORT, () -> changes.add(true))) {
      assertThat(late.serve(settings(file))).containsOnlyKeys("plain");

      Files.writeString(file, "sesame");

      assertThat(changes.poll(60, TimeUnit.SECONDS)).isTrue();
      assertThat(late.ready()).containsOnlyKeys("plain", "dns");
      assertThat(requireNonNull(late.ready().get("dns")).dns()).isPresent();
    }
  }

  @Test
  void oneThatIsTakenAwayMeanwhileIsNotRun() throws Exception {
    Path file = directory.resolve("token");
    try (var late = new LateResolvers(Map.of(), SHORT, () -> changes.add(true))) {
      var _ = late.serve(settings(file));
      assertThat(late.serve(Map.of())).isEmpty();
      Files.writeString(file, "sesame");
      // It is there at once when it is wanted again.
      assertThat(late.serve(settings(file))).containsOnlyKeys("plain", "dns");
      assertThat(changes).isEmpty();
    }
  }

  @Test
  void whoeverCouldNotBeToldIsToldLater() throws Exception {
    Path file = directory.resolve("token");
    var failures = new AtomicInteger(1);
    Runnable told =
        () -> {
          if (failures.getAndDecrement() > 0) {
            throw new StackOverflowError("broken");
          }
          changes.add(true);
        };
    try (var late = new LateResolvers(Map.of(), SHORT, told)) {
      var _ = late.serve(settings(file));
      Files.writeString(file, "sesame");
      assertThat(changes.poll(60, TimeUnit.SECONDS)).isTrue();
      assertThat(failures).hasValue(-1);
    }
  }
}
