package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationsTest {
  private static final String ALL =
      "X-Forwarded-For=127.0.0.1;X-Forwarded-Host=h;X-Forwarded-Port=1;"
          + "X-Forwarded-Proto=http;X-Forwarded-Server=s;X-Real-Ip=127.0.0.1;";

  @TempDir private Path directory;

  @Test
  void seesAForwardingHeaderThatIsLeftOut() {
    assertThat(ForwardingHeader.areAllIn(ALL)).isTrue();
    assertThat(ForwardingHeader.areAllIn(ALL.replace("=http;", "=;"))).isFalse();
    assertThat(ForwardingHeader.areAllIn("")).isFalse();
  }

  @Test
  void theLastHostHasARouter() throws IOException {
    Path settings =
        NodeConfiguration.write(
            site(Scenario.ROUTERS), "many", 100, 9000, 0, directory.resolve("log"));

    String routes = Files.readString(settings.resolveSibling("many.routes.yml"));

    assertThat(routes).contains("Host(`" + NodeConfiguration.lastHost(100) + "`)");
    assertThat(routes.lines().filter(line -> line.contains("rule:"))).hasSize(100);
  }

  @Test
  void onlyTheLoggedScenarioHasLogsAndMetrics() throws IOException {
    Path log = directory.resolve("log");
    for (Scenario scenario : Scenario.values()) {
      Site site = site(scenario);
      boolean isLogged = scenario == Scenario.LOGGED;

      assertThat(Files.readString(NodeConfiguration.write(site, "node", 1, 9000, 9009, log)))
          .satisfies(text -> assertThat(text.contains("accessLog: {")).isEqualTo(isLogged))
          .satisfies(text -> assertThat(text.contains("prometheus")).isEqualTo(isLogged));
      assertThat(Files.readString(HaproxyConfiguration.write(site, 9000, 9009)))
          .satisfies(text -> assertThat(text.contains("option httplog")).isEqualTo(isLogged))
          .satisfies(text -> assertThat(text.contains("prometheus")).isEqualTo(isLogged));
      assertThat(Files.readString(NginxConfiguration.write(site, 9000, log)))
          .satisfies(text -> assertThat(text.contains("access_log off")).isNotEqualTo(isLogged));
    }
  }

  private Site site(Scenario scenario) throws IOException {
    return new Site(directory, scenario, List.of("127.0.0.1:9001"), Tls.create(directory));
  }
}
