package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationsTest {
  private static final String ALL =
      "X-Forwarded-For=127.0.0.1;X-Forwarded-Host=h;X-Forwarded-Port=1;"
          + "X-Forwarded-Proto=http;X-Forwarded-Server=s;X-Real-Ip=127.0.0.1;";

  @TempDir private Path directory;

  @Test
  void seesAForwardingHeaderThatIsLeftOut() {
    assertThat(Configurations.hasEveryForwardingHeader(ALL)).isTrue();
    assertThat(Configurations.hasEveryForwardingHeader(ALL.replace("=http;", "=;"))).isFalse();
    assertThat(Configurations.hasEveryForwardingHeader("")).isFalse();
  }

  @Test
  void theLastHostHasARouter() throws IOException {
    Path settings = new Configurations(directory, 9001).node("many", 9000, 100);

    String routes = Files.readString(settings.resolveSibling("many.routes.yml"));

    assertThat(routes).contains("Host(`" + Configurations.lastHost(100) + "`)");
    assertThat(routes.lines().filter(line -> line.contains("rule:"))).hasSize(100);
  }
}
