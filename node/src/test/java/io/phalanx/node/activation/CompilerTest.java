package io.phalanx.node.activation;

import static io.phalanx.node.activation.CompilerRig.compiler;
import static io.phalanx.node.activation.CompilerRig.config;
import static io.phalanx.node.activation.CompilerRig.file;
import static io.phalanx.node.activation.CompilerRig.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Flaw;
import io.phalanx.providers.dynamic.DynamicConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerTest {
  private static final String SERVICE =
      "services: {s: {loadBalancer: {servers: [{url: 'http://h'}]}}}";

  /** What somebody else's file calls {@code name@provider} is not that object. */
  @Test
  void anObjectsOwnNameWithAProviderInItTakesNoOthersPlace() {
    String http =
        """
        routers:
          r: {rule: "Path(`/`)", service: s, middlewares: [m]}
        middlewares:
          m: {addPrefix: {prefix: /one}}
          m@file: {addPrefix: {prefix: two}}
        services:
          s: {loadBalancer: {servers: [{url: 'http://h'}]}}
          s@file: {loadBalancer: {servers: [{url: 'nonsense'}]}}
        """;

    Compiled compiled = compiler().compile(file(http));

    assertThat(compiled.routers()).isEqualTo(1);
    assertThat(compiled.answering()).contains("s@file").doesNotContain("s@file@file");
  }

  @Test
  void allMistakesOfARouterAreNamedAtOnce() {
    String http =
        """
        routers:
          r:
            rule: Hots(`a`)
            service: z
            middlewares: [nowhere, nowhere]
            entryPoints: [wbe]
            priority: 9223372036854775807
        """;

    assertThat(problems(file(http + SERVICE)))
        .containsExactlyInAnyOrder(
            "http.routers.r.rule: is not served: " + ruleMistake(),
            "http.routers.r.service: is not served: there is no service \"z@file\"; did you mean"
                + " \"s@file\"?",
            "http.routers.r.middlewares: is not served: there is no middleware \"nowhere@file\"",
            "http.routers.r.entryPoints: is not served: there is no entry point \"wbe\"; did you"
                + " mean \"web\"?",
            "http.routers.r.priority: is not served: its priority is larger than"
                + " 9223372036854774807");
  }

  private static String ruleMistake() {
    try {
      io.phalanx.node.rule.Rule.parse("Hots(`a`)");
      throw new AssertionError("the rule is none");
    } catch (io.phalanx.node.rule.RuleSyntaxException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void middlewaresAndServicesThatNoRouterNamesAreLookedAt() {
    String http =
        """
        middlewares:
          later: {buffering: {}}
          dots: {addPrefix: {prefix: /a/../b}}
          holed: {chain: {middlewares: [dots, nowhere]}}
          round: {chain: {middlewares: [trip]}}
          trip: {chain: {middlewares: [round]}}
        services:
          two:
            loadBalancer:
              sticky: {cookie: {path: '/a;b'}}
              servers: [{url: 'http://h'}, {url: 'ftp://h'}, {url: 'http://h:0'}]
          three: {failover: {service: two, fallback: two}}
        """;

    assertThat(problems(file(http)))
        .containsExactlyInAnyOrder(
            "http.middlewares.later.buffering: is not served: buffering is not served yet",
            "http.middlewares.dots.addPrefix: is not served: prefix \"/a/../b\" holds a dot segment"
                + " or an empty one",
            "http.middlewares.holed.chain.middlewares: is not served: its middleware \"dots@file\""
                + " is left out",
            "http.middlewares.holed.chain.middlewares: is not served: there is no middleware"
                + " \"nowhere@file\"",
            "http.middlewares.round.chain.middlewares: is not served: the chain leads back to"
                + " \"trip@file\"",
            "http.middlewares.trip.chain.middlewares: is not served: its middleware \"round@file\""
                + " is left out",
            "http.services.two.loadBalancer.sticky.cookie: is not served: path \"/a;b\" cannot"
                + " stand in a cookie",
            "http.services.two.loadBalancer.servers[1].url: is not served: server url \"ftp://h\":"
                + " it does not start with http:// or https://",
            "http.services.two.loadBalancer.servers[2].url: is not served: server url"
                + " \"http://h:0\": a port is from 1 to 65535",
            "http.services.three.failover.service: is not served: its service \"two@file\" is left"
                + " out",
            "http.services.three.failover.fallback: is not served: its service \"two@file\" is left"
                + " out");
  }

  @Test
  void whatDependsOnAMistakeIsLeftOutAndTheRestServes() {
    String http =
        """
        routers:
          a: {rule: Path(`/a`), service: s, middlewares: [bad]}
          b: {rule: Path(`/b`), service: s, middlewares: [good]}
          c: {rule: Path(`/c`), service: broken}
          d: {rule: Path(`/d`), service: ping@internal, entryPoints: [wbe, traefik]}
        middlewares:
          bad: {addPrefix: {prefix: /a/../b}}
          good: {addPrefix: {prefix: /a}}
        services:
          s: {loadBalancer: {servers: [{url: 'http://h'}]}}
          broken: {loadBalancer: {servers: [{url: 'http://other'}, {url: ''}]}}
          unused: {loadBalancer: {servers: [{url: 'http://unused'}]}}
        """;

    Compiled compiled = compiler().compile(file(http));

    assertThat(compiled.services().keySet()).containsExactlyInAnyOrder("b@file", "d@file");
    assertThat(compiled.routers()).isEqualTo(2);
    assertThat(compiled.targets())
        .extracting(target -> target.url().toString())
        .containsExactly("http://h");
    assertThat(compiled.problems())
        .extracting(problem -> problem.path() + ": " + problem.message())
        .contains(
            "http.routers.a.middlewares: is not served: its middleware \"bad@file\" is left out",
            "http.routers.c.service: is not served: its service \"broken@file\" is left out",
            "http.routers.d.entryPoints: there is no entry point \"wbe\"; did you mean \"web\"?");
  }

  @Test
  void theCheckerFindsTheSameAndLeavesOtherProvidersAlone() {
    String http =
        """
        routers:
          a: {rule: Path(`/a`), service: far@consulcatalog, middlewares: [far@consulcatalog, c]}
          b: {rule: Path(`/b`), service: nowhere@file}
          c: {rule: Path(`/c`), service: pong@internal}
          d: {rule: Path(`/d`) &&, service: s}
        middlewares:
          c: {chain: {middlewares: [far@consulcatalog]}}
        """;
    DynamicConfig config = config(http + SERVICE);

    List<Flaw> flaws = compiler().checker("file").flaws(config);

    assertThat(flaws)
        .extracting(Flaw::path)
        .containsExactly("http.routers.b.service", "http.routers.c.service", "http.routers.d.rule");
    assertThat(flaws).extracting(Flaw::ofAnother).containsExactly(true, true, false);
    assertThat(problems(new TreeMap<>(Map.of("file", config))))
        .containsAll(flaws.stream().map(flaw -> flaw.path() + ": " + flaw.message()).toList())
        .contains(
            "http.routers.a.service: is not served: there is no service \"far@consulcatalog\"");
  }

  @Test
  void chainsThatMultiplyAndChainsThatAreDeepAreLeftOut() {
    var http = new StringBuilder("middlewares:\n  c0: {addPrefix: {prefix: /x}}\n");
    for (int i = 1; i < 40; i++) {
      http.append("  c%d: {chain: {middlewares: [c%d, c%d]}}\n".formatted(i, i - 1, i - 1));
    }
    for (int i = 0; i < 20_000; i++) {
      http.append("  d%d: {chain: {middlewares: [d%d]}}\n".formatted(i, i + 1));
    }
    http.append("  d20000: {addPrefix: {prefix: /x}}\nrouters:\n");
    http.append("  deep: {rule: Path(`/`), service: ping@internal, middlewares: [d0]}\n");
    http.append("  wide: {rule: Path(`/`), service: ping@internal, middlewares: [c39]}\n");
    http.append("  many: {rule: Path(`/`), service: ping@internal, middlewares: [c8, c8]}\n");
    http.append("  some: {rule: Path(`/`), service: ping@internal, middlewares: [c8]}\n");

    assertThat(compiler().compile(file(http.toString())).services()).containsOnlyKeys("some@file");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlyChainsThatAreTooDeepAreLeftOut(boolean innermostFirst) {
    var chains = new ArrayList<String>();
    chains.add("  c0: {addPrefix: {prefix: /x}}\n");
    for (int i = 1; i <= 150; i++) {
      chains.add("  c%d: {chain: {middlewares: [c%d]}}\n".formatted(i, i - 1));
    }
    String http = "middlewares:\n" + String.join("", innermostFirst ? chains : chains.reversed());

    assertThat(problems(file(http)))
        .hasSize(51)
        .contains(
            "http.middlewares.c100.chain: is not served: chains are nested more than 100 deep");
  }

  @Test
  void aMiddlewareOfTheEntryPointThatIsNotThereKeepsRoutersOut() {
    Compiled compiled =
        compiler("gone@file")
            .compile(file("routers: {r: {rule: Path(`/`), service: ping@internal}}"));

    assertThat(compiled.problems())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.message())
                    .isEqualTo(
                        "is not served on entry point web: middleware gone@file does not exist"));
  }

  @Test
  void whereThousandsAreMissingSuggestionsEndAndNamesDoNot() {
    var http = new StringBuilder("services:\n");
    for (int i = 0; i < 10_000; i++) {
      http.append(
          "  service-number-%d: {loadBalancer: {servers: [{url: 'http://h'}]}}\n".formatted(i));
    }
    http.append("routers:\n");
    for (int i = 0; i < 10_000; i++) {
      http.append("  r%d: {rule: Path(`/%d`), service: servise-no-%d}\n".formatted(i, i, i));
    }
    SortedMap<String, DynamicConfig> snapshots = file(http.toString());

    List<String> problems = problems(snapshots);

    assertThat(problems).hasSize(10_000);
    assertThat(problems.stream().filter(problem -> problem.contains("did you mean")))
        .hasSize(Flaws.MAX_COMPARISONS / 10_000);
  }
}
