package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.TestRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CorsPolicyTest {
  private static final String FULL =
      """
      accessControlAllowOriginList: ["https://app.example"]
      accessControlAllowMethods: [GET, PUT, DELETE]
      accessControlAllowHeaders: [Content-Type, X-Csrf]
      accessControlAllowCredentials: true
      accessControlExposeHeaders: [X-Total]
      accessControlMaxAge: 600
      addVaryHeader: true
      customRequestHeaders: {X-From: edge}
      customResponseHeaders: {X-Api: v2}
      """;

  private static Passage cors(String yaml) {
    return Passage.of(HeadersMiddleware.TYPE, yaml);
  }

  private static TestRequest from(String origin) {
    return TestRequest.get("/items/3").with("Origin", origin);
  }

  private static TestRequest preflight(String origin, String method) {
    return TestRequest.of("OPTIONS", "/items/3")
        .with("Origin", origin)
        .with("Access-Control-Request-Method", method);
  }

  private static List<String> told(String yaml, TestRequest request, String... serverHeaders) {
    return cors(yaml).send(request, 200, serverHeaders).headers().text();
  }

  @Test
  void answersAPreflightWithoutCustomHeaders() {
    var outcome = cors(FULL).send(preflight("https://app.example", "PUT"));

    assertThat(outcome.reachedServer()).isFalse();
    assertThat(outcome.status()).isEqualTo(200);
    assertThat(outcome.body()).isEmpty();
    assertThat(outcome.headers().text())
        .containsExactly(
            "access-control-allow-credentials: true",
            "access-control-allow-headers: Content-Type,X-Csrf",
            "access-control-allow-methods: GET,PUT,DELETE",
            "access-control-allow-origin: https://app.example",
            "access-control-expose-headers: X-Total",
            "access-control-max-age: 600");
  }

  @Test
  void answersAPreflightOfAForeignOriginWithoutNamingIt() {
    var outcome = cors(FULL).send(preflight("https://evil.example", "PATCH"));

    assertThat(outcome.status()).isEqualTo(200);
    assertThat(outcome.headers().text())
        .hasSize(5)
        .noneMatch(line -> line.startsWith("access-control-allow-origin"));
  }

  @ParameterizedTest
  @CsvSource({
    "OPTIONS, https://app.example, ''",
    "OPTIONS, '', PUT",
    "GET, https://app.example, PUT",
  })
  void sendsToTheServerWhatIsNoPreflight(String method, String origin, String asked) {
    var request =
        TestRequest.of(method, "/")
            .with("Origin", origin)
            .with("Access-Control-Request-Method", asked);

    assertThat(cors(FULL).send(request).reachedServer()).isTrue();
  }

  @Test
  void tellsOtherAnswersTheOrigin() {
    var outcome = cors(FULL).send(from("https://app.example"));

    assertThat(outcome.headers().text())
        .containsExactly(
            "access-control-allow-credentials: true",
            "access-control-allow-origin: https://app.example",
            "access-control-expose-headers: X-Total",
            "vary: Origin",
            "x-api: v2");
    assertThat(outcome.requestHeaders().text())
        .containsExactly("origin: https://app.example", "x-from: edge");
  }

  @Test
  void withoutCorsOptionsAPreflightGoesToTheServer() {
    var outcome =
        cors("customResponseHeaders: {X-Api: v2}").send(preflight("https://app.example", "GET"));

    assertThat(outcome.reachedServer()).isTrue();
    assertThat(outcome.headers().text()).containsExactly("x-api: v2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "accessControlAllowCredentials: true",
        "accessControlAllowHeaders: [X]",
        "accessControlAllowMethods: [GET]",
        "accessControlAllowOriginList: [\"https://a\"]",
        "accessControlAllowOriginListRegex: [\"^https://a$\"]",
        "accessControlExposeHeaders: [X]",
        "accessControlMaxAge: 0",
        "addVaryHeader: true",
      })
  void anyOptionTurnsPreflightsOn(String yaml) {
    assertThat(cors(yaml).send(preflight("https://app.example", "GET")).reachedServer()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "https://eu.shop.example:8443, true",
    "https://fixed.example, true",
    "https://eu9.shop.example, false",
    "https://FIXED.example, false",
    "null, false",
  })
  void allowsOriginsByListAndByExpression(String origin, boolean allowed) {
    String yaml =
        """
        accessControlAllowOriginListRegex: ['^https://[a-z]+\\.shop\\.example(:\\d+)?$']
        accessControlAllowOriginList: ["https://fixed.example"]
        """;

    List<String> expected = allowed ? List.of("access-control-allow-origin: " + origin) : List.of();
    assertThat(told(yaml, from(origin))).isEqualTo(expected);
  }

  @Test
  void anExpressionMatchesAnywhereInTheOriginUnlessItIsAnchored() {
    var passage = cors("accessControlAllowOriginListRegex: ['\\.shop\\.example$']");

    assertThat(passage.send(from("https://eu.shop.example")).headers().text()).hasSize(1);
    assertThat(passage.send(from("https://eu.shop.example.evil.example")).headers().text())
        .isEmpty();
  }

  @Test
  void refusesAnExpressionThatDoesNotCompile() {
    assertThatThrownBy(() -> cors("accessControlAllowOriginListRegex: ['https://([']"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("https://([");
  }

  @Test
  void tellsAStarToAllWithoutCredentials() {
    String yaml = "accessControlAllowOriginList: [\"*\"]";

    assertThat(told(yaml, TestRequest.get("/"))).containsExactly("access-control-allow-origin: *");
    assertThat(told(yaml, from("https://a"))).containsExactly("access-control-allow-origin: *");
    assertThat(told(yaml, preflight("https://a", "GET")))
        .containsExactly("access-control-allow-origin: *");
  }

  @Test
  void echoesTheOriginForAStarWithCredentials() {
    String yaml = "{accessControlAllowOriginList: [\"*\"], accessControlAllowCredentials: true}";

    assertThat(told(yaml, from("https://a")))
        .containsExactly(
            "access-control-allow-credentials: true", "access-control-allow-origin: https://a");
    assertThat(told(yaml, TestRequest.get("/")))
        .containsExactly("access-control-allow-credentials: true");
  }

  @Test
  void echoesWhatAPreflightAsksForWithStarsAndCredentials() {
    String yaml =
        """
        accessControlAllowCredentials: true
        accessControlAllowHeaders: ["*"]
        accessControlAllowMethods: ["*"]
        accessControlExposeHeaders: ["*"]
        """;

    assertThat(
            told(
                yaml,
                preflight("https://a", "PATCH").with("Access-Control-Request-Headers", "x-one")))
        .containsExactly(
            "access-control-allow-credentials: true",
            "access-control-allow-headers: x-one",
            "access-control-allow-methods: PATCH");
    assertThat(told(yaml, from("https://a")))
        .containsExactly("access-control-allow-credentials: true");
  }

  @Test
  void sendsStarsAsTheyAreWithoutCredentials() {
    String yaml =
        """
        accessControlAllowHeaders: ["*"]
        accessControlAllowMethods: ["*"]
        accessControlExposeHeaders: ["*"]
        """;

    assertThat(told(yaml, preflight("https://a", "PATCH")))
        .containsExactly(
            "access-control-allow-headers: *",
            "access-control-allow-methods: *",
            "access-control-expose-headers: *");
  }

  @Test
  void replacesTheServersOriginOnlyForAnAllowedOne() {
    String yaml =
        "{accessControlAllowOriginList: [\"https://app.example\"], accessControlAllowMethods:"
            + " [GET]}";
    String[] server = {"Access-Control-Allow-Origin", "*", "Access-Control-Allow-Methods", "PUT"};

    assertThat(told(yaml, from("https://app.example"), server))
        .containsExactly(
            "access-control-allow-methods: PUT",
            "access-control-allow-origin: https://app.example");
    assertThat(told(yaml, from("https://evil.example"), server))
        .containsExactly("access-control-allow-methods: PUT", "access-control-allow-origin: *");
  }

  @Test
  void keepsTheServersVaryAndAddsOriginOnce() {
    String yaml = "addVaryHeader: true";

    assertThat(told(yaml, from("https://a"), "Vary", "Origin")).containsExactly("vary: Origin");
    assertThat(told(yaml, from("https://a"), "Vary", "Accept, origin"))
        .containsExactly("vary: Accept, origin");
    assertThat(told(yaml, from("https://a"), "Vary", "*")).containsExactly("vary: *");
    assertThat(told(yaml, TestRequest.get("/"), "Vary", "Accept", "Vary", "Cookie"))
        .containsExactly("vary: Accept", "vary: Cookie", "vary: Origin");
  }
}
