package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSessions;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.health.TestHealth;
import io.phalanx.node.middleware.AddPrefix;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.middleware.Passage;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.tls.CertificateSources;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.providers.Flaw;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.dynamic.ServersTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerTest {
  private static final Endpoint NOTHING = _ -> {};

  private static Forwarder.Transport transport(ServersTransport options) {
    if (!options.rootCAs().isEmpty()) {
      throw new IllegalArgumentException("rootCAs: there is no file");
    }
    return new Forwarder.Transport() {};
  }

  private static Compiler compiler(String... entryPointMiddlewares) {
    var web =
        new EntryPointModel(
            "web",
            true,
            List.of(),
            List.of(entryPointMiddlewares),
            Optional.empty(),
            true,
            true,
            List.of());
    var traefik =
        new EntryPointModel(
            "traefik", false, List.of(), List.of(), Optional.empty(), true, true, List.of());
    var counts = Passage.counts(new LocalBudgets(System::nanoTime));
    return new Compiler(
        List.of(web, traefik),
        List.of(),
        new MiddlewareCompiler(
            List.of(AddPrefix.TYPE),
            (router, name) ->
                new MiddlewareContext(
                    router,
                    name,
                    counts,
                    counts,
                    () -> true,
                    new MemoryBound(0, () -> {}),
                    Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory()),
                    Passage.PARTS)),
        Map.of("ping@internal", NOTHING),
        new ServiceParts(
            new Forwarder() {
              @Override
              public void forward(Exchange exchange, Target target) {
                throw new IllegalStateException("nothing is forwarded here");
              }
            },
            CompilerTest::transport,
            new Forwarder.Transport() {},
            new Copies(0, _ -> {}),
            new MemoryBound(0, () -> {}),
            _ -> {
              throw new IOException("nothing is signed here");
            },
            new SessionMemory(new LocalSessions(System::nanoTime)),
            TestHealth.unasked(),
            TestTcp.PARTS,
            0),
        CertificateSources.of(() -> TestCertificates.FALLBACK));
  }

  private static DynamicConfig config(String http) {
    DynamicConfigReader.Result read = DynamicConfigReader.read("f.yml", "http:\n" + http.indent(2));
    assertThat(read.decoded().problems()).isEmpty();
    return read.decoded().value().orElseThrow();
  }

  private static SortedMap<String, DynamicConfig> file(String http) {
    return new TreeMap<>(Map.of("file", config(http)));
  }

  private static List<String> problems(SortedMap<String, DynamicConfig> snapshots) {
    return compiler().compile(snapshots).problems().stream()
        .map(problem -> problem.path() + ": " + problem.message())
        .toList();
  }

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
            "http.middlewares.trip.chain.middlewares: is not served: the chain leads back to"
                + " \"round@file\"",
            "http.middlewares.round.chain.middlewares: is not served: its middleware \"trip@file\""
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

  @Test
  void servicesOfServicesAreJudgedByThoseThatTheyLeadTo() {
    String http =
        """
        routers:
          a: {rule: 'Host(`a`)', service: split}
          b: {rule: 'Host(`b`)', service: round}
          c: {rule: 'Host(`c`)', service: copied}
          d: {rule: 'Host(`d`)', service: ha}
        middlewares:
          prefix: {addPrefix: {prefix: /v1}}
        services:
          s: {loadBalancer: {servers: [{url: 'http://s'}]}, middlewares: [prefix]}
          t: {loadBalancer: {servers: [{url: 'http://t'}]}}
          unused: {loadBalancer: {servers: [{url: 'http://unused'}]}}
          split: {weighted: {services: [{name: s, weight: 2}, {name: inner@file}]}}
          inner: {highestRandomWeight: {services: [{name: t}, {name: ping@internal}]}}
          round: {weighted: {services: [{name: trip}]}}
          trip: {mirroring: {service: round, mirrors: [{name: s, percent: 1}]}}
          copied: {mirroring: {service: s, mirrors: [{name: nowhere, percent: 1}]}}
          ha: {failover: {service: s, fallback: t, errors: {status: ['5xx']}}}
          sick: {weighted: {services: [{name: s}], healthCheck: {}}}
          guarded: {loadBalancer: {servers: [{url: 'http://s'}]}, middlewares: [gone]}
        """;

    Compiled compiled = compiler().compile(file(http));

    assertThat(compiled.services().keySet()).containsExactly("a@file");
    assertThat(compiled.answering()).containsExactlyInAnyOrder("s@file", "t@file", "ping@internal");
    assertThat(compiled.targets())
        .extracting(target -> target.url().getHost())
        .containsExactlyInAnyOrder("s", "t");
    assertThat(compiled.problems())
        .extracting(problem -> problem.path() + ": " + problem.message())
        .filteredOn(problem -> problem.startsWith("http.services"))
        .containsExactlyInAnyOrder(
            "http.services.round.weighted.services[0].name: is not served: it leads back to"
                + " \"trip@file\"",
            "http.services.trip.mirroring.service: is not served: its service \"round@file\" is"
                + " left out",
            "http.services.copied.mirroring.mirrors[0].name: is not served: there is no service"
                + " \"nowhere@file\"",
            "http.services.ha.failover.errors.status: is not served: \"5xx\" is neither a status"
                + " nor a range such as 500-599",
            "http.services.sick.weighted.services[0].name: is not served: service \"s@file\" has no"
                + " healthCheck, which the healthCheck of this service needs",
            "http.services.guarded.middlewares: is not served: there is no middleware"
                + " \"gone@file\"");
  }

  /** However they are written down, it is the same ones that are left out. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void servicesThatNestTooDeepAreLeftOut(boolean innermostFirst) {
    var services = new ArrayList<String>();
    services.add("  s0: {loadBalancer: {servers: [{url: 'http://h'}]}}\n");
    for (int i = 1; i <= 400; i++) {
      services.add("  s%d: {weighted: {services: [{name: s%d}]}}\n".formatted(i, i - 1));
    }
    String http = "services:\n" + String.join("", innermostFirst ? services : services.reversed());

    List<String> problems = problems(file(http));

    assertThat(problems).hasSize(301);
    assertThat(problems)
        .contains(
            "http.services.s100: is not served: services are nested more than 100 deep",
            "http.services.s101.weighted.services[0].name: is not served: its service"
                + " \"s100@file\" is left out");
  }

  @Test
  void leavesOutServicesWhoseTransportCannotBeUsed() {
    String http =
        """
        routers:
          a: {rule: 'Host(`a`)', service: a}
          b: {rule: 'Host(`b`)', service: b}
          c: {rule: 'Host(`c`)', service: c}
        services:
          a: {loadBalancer: {serversTransport: insde, servers: [{url: 'https://h'}]}}
          b: {loadBalancer: {serversTransport: broken, servers: [{url: 'https://h'}]}}
          c: {loadBalancer: {serversTransport: inside@file, servers: [{url: 'https://h'}]}}
        serversTransports:
          inside: {serverName: a}
          broken: {rootCAs: [/nowhere]}
        """;

    Compiled compiled = compiler().compile(file(http));

    assertThat(compiled.services().keySet()).containsExactly("c@file");
    assertThat(compiled.problems())
        .extracting(problem -> problem.path() + ": " + problem.message())
        .contains(
            "http.services.a.loadBalancer.serversTransport: is not served: there is no"
                + " serversTransport \"insde@file\"; did you mean \"inside@file\"?",
            "http.services.b.loadBalancer.serversTransport: is not served: serversTransport"
                + " \"broken@file\": rootCAs: there is no file");
  }
}
