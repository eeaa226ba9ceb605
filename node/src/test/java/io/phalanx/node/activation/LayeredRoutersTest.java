package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.middleware.HeadersMiddleware;
import io.phalanx.node.middleware.StripPrefix;
import io.phalanx.node.pipeline.Pipeline;
import io.phalanx.providers.Flaw;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Routers below others, as they come out of a configuration. */
class LayeredRoutersTest {
  private static final String SERVICES =
      """
      services:
        a: {loadBalancer: {servers: [{url: "http://a"}]}}
        b: {loadBalancer: {servers: [{url: "http://b"}]}}
      """;

  private static Compiler compiler() {
    return TestCompiler.of(
        List.of(StripPrefix.TYPE, HeadersMiddleware.TYPE),
        _ -> {
          throw new IOException("nothing is signed here");
        });
  }

  private static DynamicConfig config(String http) {
    DynamicConfigReader.Result read = DynamicConfigReader.read("f.yml", "http:\n" + http.indent(2));
    assertThat(read.decoded().problems()).isEmpty();
    return read.decoded().value().orElseThrow();
  }

  private static SortedMap<String, DynamicConfig> routers(String routers) {
    return new TreeMap<>(Map.of("file", config("routers:\n" + routers.indent(2) + SERVICES)));
  }

  private static Compiled compiled(String routers) {
    return compiler().compile(routers(routers));
  }

  private static List<String> problems(Compiled compiled) {
    return compiled.problems().stream()
        .map(problem -> problem.path().replace("http.routers.", "") + ": " + problem.message())
        .toList();
  }

  private static TestExchange exchange(Compiled compiled, TestRequest request) {
    var exchange = new TestExchange(request.head());
    var routing = Objects.requireNonNull(compiled.routing().get("web"));
    new Pipeline(true, true, routing).handle(exchange);
    return exchange;
  }

  @Test
  void theLowerRouterSeesWhatTheUpperOnesMiddlewaresLeft() {
    Compiled compiled =
        compiler()
            .compile(
                new TreeMap<>(
                    Map.of(
                        "file",
                        config(
                            """
                            middlewares:
                              strip: {stripPrefix: {prefixes: [/v1]}}
                              mark: {headers: {customRequestHeaders: {X-Plan: gold}}}
                            routers:
                              top: {rule: "PathPrefix(`/v1`)", middlewares: [strip, mark]}
                              gold: {rule: "Header(`X-Plan`, `gold`) && Path(`/x`)", service: a, parentRefs: [top]}
                              any: {rule: "PathPrefix(`/`)", service: b, parentRefs: ["top@file"], priority: 1}
                            """
                                + SERVICES))));
    assertThat(problems(compiled)).isEmpty();

    assertThat(exchange(compiled, TestRequest.get("/v1/x")).body()).isEqualTo("a");
    assertThat(exchange(compiled, TestRequest.get("/v1/y")).body()).isEqualTo("b");
  }

  @Test
  void logsNameAllRoutersAndMetricsTheLast() {
    Compiled compiled =
        compiled(
            """
            top: {rule: "PathPrefix(`/`)"}
            middle: {rule: "PathPrefix(`/m`)", parentRefs: [top]}
            leaf: {rule: "Path(`/m/x`)", service: a, parentRefs: [middle]}
            """);
    assertThat(problems(compiled)).isEmpty();

    var served = exchange(compiled, TestRequest.get("/m/x"));
    assertThat(served.body()).isEqualTo("a");
    assertThat(served.trail().routers()).isEqualTo("top@file -> middle@file -> leaf@file");
    assertThat(served.trail().router()).isEqualTo("leaf@file");
    assertThat(served.trail().service()).isEqualTo("a@file");

    var lost = exchange(compiled, TestRequest.get("/m/y"));
    assertThat(lost.response().status()).isEqualTo(404);
    assertThat(lost.trail().routers()).isEqualTo("top@file -> middle@file");
    assertThat(lost.trail().service()).isEqualTo("middle@file-muxer");
    assertThat(compiled.routers()).isEqualTo(3);
  }

  @Test
  void mistakesAreNamed() {
    assertThat(
            problems(
                compiled(
                    """
                    top: {rule: "PathPrefix(`/`)", service: a}
                    below: {rule: "Path(`/x`)", service: a, parentRefs: [top, tops], entryPoints: [web], tls: {},
                            observability: {metrics: false}}
                    lost: {rule: "Path(`/x`)", service: a, parentRefs: [tops]}
                    childless: {rule: "Path(`/x`)"}
                    """)))
        .containsExactlyInAnyOrder(
            "top.service: is not served: routers are below it, so that it has no service of its"
                + " own",
            "below.entryPoints: is not served: those of its parents count",
            "below.tls: is not served: that of its parents counts",
            "below.observability: is not served: that of its parents counts",
            "below.parentRefs: there is no router \"tops@file\"; did you mean \"top@file\"?",
            "lost.parentRefs: is not served: there is no router \"tops@file\"; did you mean"
                + " \"top@file\"?",
            "childless: is not served: has no service, and no router has it as its parent");
  }

  @Test
  void whatCannotBeReachedOrLeadsNowhereIsLeftOut() {
    Compiled compiled =
        compiled(
            """
            one: {rule: "Path(`/`)", parentRefs: [two]}
            two: {rule: "Path(`/`)", parentRefs: [one]}
            leaf: {rule: "Path(`/`)", service: a, parentRefs: [two]}
            self: {rule: "Path(`/`)", parentRefs: [self]}
            broken: {rule: "Nonsense(`/`)"}
            under: {rule: "Path(`/`)", parentRefs: [broken]}
            deeper: {rule: "Path(`/`)", service: a, parentRefs: [under]}
            top: {rule: "Host(`top`)"}
            middle: {rule: "Path(`/`)", parentRefs: [top]}
            end: {rule: "Path(`/`)", service: nowhere, parentRefs: [middle]}
            fine: {rule: "Host(`fine`)"}
            good: {rule: "PathPrefix(`/`)", service: b, parentRefs: [fine, broken]}
            """);

    assertThat(problems(compiled))
        .filteredOn(problem -> !problem.contains("Nonsense") && !problem.contains("nowhere"))
        .containsExactlyInAnyOrder(
            "one: is not served: is in a circle of parents, or below one",
            "two: is not served: is in a circle of parents, or below one",
            "leaf: is not served: is in a circle of parents, or below one",
            "self: is not served: is in a circle of parents, or below one",
            "under: is not served: none of its parents is served",
            "deeper: is not served: none of its parents is served",
            "middle: is not served: none of the routers below it is served",
            "top: is not served: none of the routers below it is served");
    assertThat(compiled.routers()).isEqualTo(2);
    assertThat(exchange(compiled, TestRequest.get("/").host("fine")).body()).isEqualTo("b");
  }

  @Test
  void layersAreBounded() {
    var routers = new StringBuilder("r0: {rule: \"PathPrefix(`/`)\"}\n");
    for (int i = 1; i < 2000; i++) {
      routers.append(
          "r%d: {rule: \"PathPrefix(`/`)\", parentRefs: [r%d]%s}%n"
              .formatted(i, i - 1, i == RouterLayers.MOST - 1 || i == 1999 ? ", service: a" : ""));
    }

    assertThat(problems(compiled(routers.toString())))
        .anyMatch(problem -> problem.startsWith("r31.service"))
        .contains(
            "r32: is not served: none of its parents is served",
            "r30: is not served: none of the routers below it is served");
    String fitting = routers.toString().replaceAll("(?m)^r(3[2-9]|[4-9]\\d|\\d{3,}):.*\\n", "");
    Compiled compiled = compiled(fitting);
    assertThat(problems(compiled)).isEmpty();
    assertThat(exchange(compiled, TestRequest.get("/")).body()).isEqualTo("a");
    String tooDeep =
        fitting.replace(", service: a", "")
            + "r32: {rule: \"PathPrefix(`/`)\", parentRefs: [r31], service: a}\n";
    assertThat(problems(compiled(tooDeep)))
        .contains("r32: is not served: more than 32 routers are one below the other");
  }

  @Test
  void aProviderDoesNotJudgeParentsOfOthers() {
    DynamicConfig config =
        config(
            """
            routers:
              known: {rule: "Path(`/x`)", service: a, parentRefs: ["top@consulcatalog"]}
              lost: {rule: "Path(`/x`)", service: a, parentRefs: [top]}
            """
                + SERVICES);

    assertThat(compiler().checker("file").flaws(config))
        .extracting(Flaw::name)
        .containsExactly("lost");
  }
}
