package io.phalanx.providers.consulcatalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.phalanx.providers.tree.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a server that writes down what it is asked. */
class CatalogTest {
  private static final String TOKEN = "very-secret-token";

  private final List<String> urls = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile int status = 200;
  private volatile String body = "{}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            urls.add(exchange.getRequestURI().toString());
            tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Consul-Token")));
            exchange.getResponseHeaders().add("X-Consul-Index", "7");
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private ConsulCatalogOptions options(boolean stale, boolean cache) {
    var endpoint =
        new ConsulCatalogOptions.Endpoint(
            Optional.of("127.0.0.1:" + server.getAddress().getPort()),
            Optional.empty(),
            Optional.of("dc 1"),
            Optional.of(new Secret(TOKEN)),
            Duration.ZERO,
            Optional.empty(),
            Optional.empty());
    return new ConsulCatalogOptions(
        "traefik",
        Duration.ofSeconds(15),
        false,
        stale,
        cache,
        true,
        "Host(`a`)",
        "",
        false,
        List.of("passing"),
        endpoint);
  }

  private Catalog catalog() throws IOException {
    return new Catalog(options(true, true), Map.of());
  }

  @Test
  void theTokenIsAHeaderAndNeverInTheUrl() throws Exception {
    try (Catalog catalog = catalog()) {
      catalog.services();
      body = "[]";
      catalog.instances("a b");
      catalog.awaitChecks(3);
    }
    assertThat(tokens).containsExactly(TOKEN, TOKEN, TOKEN);
    assertThat(urls).noneMatch(url -> url.contains(TOKEN) || url.contains("token"));
    assertThat(urls.get(0)).startsWith("/v1/catalog/services?").contains("stale", "cached");
    assertThat(urls.get(1)).startsWith("/v1/health/service/a%20b?").contains("dc=dc");
    assertThat(urls.get(2)).startsWith("/v1/health/state/any?").contains("index=3", "wait=55s");
  }

  @Test
  void anIndexComesWithEachAnswer() throws Exception {
    try (Catalog catalog = catalog()) {
      assertThat(catalog.awaitServices(0)).isEqualTo(7);
      assertThat(urls.getFirst()).doesNotContain("index=");
    }
  }

  @Test
  void aRefusalIsSaidWithoutAnythingSecret() throws Exception {
    status = 403;
    body = "Permission denied";
    try (Catalog catalog = catalog()) {
      assertThatThrownBy(catalog::services)
          .isInstanceOf(IOException.class)
          .hasMessage("Consul answered 403: Permission denied")
          .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain(TOKEN));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{\"a\"", "[1]", "\"x\""})
  void whatIsNoCatalogIsAFailureToAnswer(String answer) throws Exception {
    body = answer;
    try (Catalog catalog = catalog()) {
      assertThatThrownBy(catalog::services).isInstanceOf(IOException.class);
    }
  }

  @Test
  void theWorstCheckDecides() throws Exception {
    String template =
        """
        {"Node": {"Address": "10.9.9.9"}, "Service": {"ID": "%s", "Service": "s", "Address": "%s",
         "Port": 80, "Tags": null}, "Checks": [{"CheckID": "a", "Status": "passing"},
         {"CheckID": "%s", "Status": "%s"}]}
        """;
    body =
        '['
            + String.join(
                ",",
                template.formatted("1", "10.0.0.1", "b", "warning"),
                template.formatted("2", "", "b", "critical"),
                template.formatted("3", "", "_node_maintenance", "critical"),
                template.formatted("4", "", "b", "passing"))
            + ']';
    try (Catalog catalog = catalog()) {
      List<Instance> instances = catalog.instances("s");
      assertThat(instances)
          .extracting(Instance::health)
          .containsExactly("warning", "critical", "maintenance", "passing");
      assertThat(instances)
          .extracting(Instance::address)
          .containsExactly("10.0.0.1", "10.9.9.9", "10.9.9.9", "10.9.9.9");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "web,true",
    "a.b-c_d,true",
    "a b,true",
    "a/b,false",
    "a?b,false",
    "..,false",
    "ü,false"
  })
  void namesThatCannotStandInAUrlAreNotAskedAbout(String name, boolean possible) {
    assertThat(Catalog.canAskAbout(name)).isEqualTo(possible);
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    assertThatThrownBy(
            () ->
                new ConsulCatalogOptions(
                    "traefik",
                    Duration.ofSeconds(15),
                    true,
                    true,
                    false,
                    true,
                    "",
                    "",
                    false,
                    List.of(),
                    options(false, false).endpoint()))
        .hasMessageContaining("stale and requireConsistent");
    assertThat(options(false, false).toString()).doesNotContain(TOKEN);
  }
}
