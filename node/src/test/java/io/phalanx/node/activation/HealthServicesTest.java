package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Signing;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSessions;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.health.HealthChecks;
import io.phalanx.node.health.ServerHealth;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.middleware.Passage;
import io.phalanx.node.pipeline.Pipeline;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the health of servers does to services, as they come out of a configuration. */
final class HealthServicesTest {
  private static final HeaderName SET_COOKIE = HeaderName.of("Set-Cookie");
  private static final String CHECK = "healthCheck: {path: /health, interval: 10ms}";

  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  /** Hosts that say that they are ill, and what became of requests to hosts. */
  private final Set<String> ill = ConcurrentHashMap.newKeySet();

  private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
  private final Map<String, Failure> failures = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final HealthChecks health =
      new HealthChecks(
          (question, told) -> {
            String host = question.target().url().getHost();
            asked.computeIfAbsent(host, _ -> new AtomicInteger()).incrementAndGet();
            told.accept(ill.contains(host) ? Optional.of("ill") : Optional.empty());
          },
          scheduler,
          System::nanoTime,
          () -> 0.5);

  private final Compiler compiler = compiler();

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  private int times(String host) {
    AtomicInteger times = asked.get(host);
    return times == null ? 0 : times.get();
  }

  private void forward(Exchange exchange, Forwarder.Target target) {
    String host = target.url().getHost();
    Failure failure = failures.get(host);
    if (failure == null) {
      exchange.respond(Answer.text(statuses.getOrDefault(host, 200), host));
    } else {
      // As an entry point does: the steps see what the failure is answered with.
      exchange.trail().failed(failure);
      exchange.respond(Answer.text(failure.status(), ""));
    }
  }

  private Compiler compiler() {
    var web =
        new EntryPointModel(
            "web", true, List.of(), List.of(), Optional.empty(), true, true, List.of());
    var counts = Passage.counts(new LocalBudgets(System::nanoTime));
    var memory = new MemoryBound(1 << 20, () -> {});
    var key = FleetKey.generate();
    var transport = new Forwarder.Transport() {};
    return new Compiler(
        List.of(web),
        List.of(),
        new MiddlewareCompiler(
            List.of(),
            (router, name) ->
                new MiddlewareContext(
                    router, name, counts, counts, () -> true, memory, scheduler, Passage.PARTS)),
        Map.of("ping@internal", _ -> {}),
        new ServiceParts(
            this::forward,
            _ -> transport,
            transport,
            new Copies(0, _ -> {}),
            memory,
            purpose -> Signing.of(List.of(key), purpose),
            new SessionMemory(new LocalSessions(System::nanoTime)),
            health,
            0),
        () -> TestCertificates.FALLBACK);
  }

  private Compiled compiled(String services) {
    String text =
        """
        http:
          routers: {r: {rule: PathPrefix(`/`), service: s}}
          services:
        """;
    DynamicConfigReader.Result read = DynamicConfigReader.read("f.yml", text + services.indent(4));
    assertThat(read.decoded().problems()).isEmpty();
    DynamicConfig config = read.decoded().value().orElseThrow();
    return compiler.compile(new TreeMap<>(Map.of("file", config)));
  }

  private Compiled served(String services) {
    Compiled compiled = compiled(services);
    assertThat(compiled.problems()).isEmpty();
    health.serve(compiled.healths());
    return compiled;
  }

  private static TestExchange sent(Compiled compiled, String... cookies) {
    TestRequest request = TestRequest.get("/");
    for (String cookie : cookies) {
      request = request.with("Cookie", cookie);
    }
    var exchange = new TestExchange(request.head());
    var routing = Objects.requireNonNull(compiled.routing().get("web"));
    new Pipeline(true, true, routing).handle(exchange);
    exchange.runIoThread();
    return exchange;
  }

  /** Hosts that answered some requests, or the statuses of those that none did. */
  private static Set<String> answers(Compiled compiled) {
    var answers = new HashSet<String>();
    IntStream.range(0, 12)
        .mapToObj(_ -> sent(compiled))
        .forEach(
            exchange ->
                answers.add(
                    exchange.failure().isPresent()
                        ? String.valueOf(exchange.failure().get().status())
                        : exchange.body()));
    return answers;
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it does not come to that");
      }
      Thread.onSpinWait();
    }
  }

  private void eventuallyUp(String url, boolean up) {
    eventually(
        () ->
            health.served().stream()
                .anyMatch(server -> server.subject().url().equals(url) && server.isUp() == up));
  }

  private static String balancer(String name, String options, String... hosts) {
    String servers =
        String.join(", ", List.of(hosts).stream().map(h -> "{url: 'http://" + h + "'}").toList());
    return name + ": {loadBalancer: {" + options + ", servers: [" + servers + "]}}\n";
  }

  @Test
  void aServerThatIsDownIsLeftOutUntilItIsBack() {
    Compiled compiled = served(balancer("s", CHECK, "a", "b"));
    assertThat(answers(compiled)).containsExactlyInAnyOrder("a", "b");

    ill.add("a");
    eventuallyUp("http://a", false);
    assertThat(answers(compiled)).containsExactly("b");

    ill.add("b");
    eventuallyUp("http://b", false);
    assertThat(answers(compiled)).containsExactly("503");

    ill.clear();
    eventuallyUp("http://a", true);
    eventuallyUp("http://b", true);
    assertThat(answers(compiled)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void theSharesOfThoseThatAreLeftAreEven() {
    Compiled compiled = served(balancer("s", CHECK, "a", "b", "c"));
    ill.add("b");
    eventuallyUp("http://b", false);

    List<String> bodies = IntStream.range(0, 8).mapToObj(_ -> sent(compiled).body()).toList();

    assertThat(bodies.stream().filter("a"::equals)).hasSize(4);
    assertThat(bodies.stream().filter("c"::equals)).hasSize(4);
  }

  @Test
  void whatIsKnownOutlivesAConfigurationThatHasTheSameServer() {
    served(balancer("s", CHECK, "a", "b"));
    ill.add("a");
    eventuallyUp("http://a", false);

    Compiled next = served(balancer("s", CHECK, "a", "c"));
    assertThat(answers(next)).containsExactly("c");
    assertThat(health.served()).extracting(h -> h.subject().url()).contains("http://c").hasSize(2);

    // Other options are another check, of which nothing is known yet.
    Compiled other = compiled(balancer("s", CHECK.replace("/health", "/alive"), "a", "c"));
    assertThat(answers(other)).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void whatTwoMadeBeforeEitherWasServedIsTheSame() {
    Compiled first = compiled(balancer("s", CHECK, "a", "b"));
    Compiled second = compiled(balancer("s", CHECK, "a", "b"));
    health.serve(first.healths());
    ill.add("a");
    eventuallyUp("http://a", false);

    health.serve(second.healths());

    assertThat(answers(second)).containsExactly("b");
    ill.clear();
    eventuallyUp("http://a", true);
    assertThat(answers(second)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void nobodyIsAskedBeforeItIsServedNorAfterwards() {
    compiled(balancer("s", CHECK, "never"));
    served(balancer("s", CHECK, "a"));
    eventually(() -> asked.containsKey("a"));

    served(balancer("s", CHECK, "b"));
    eventually(() -> asked.containsKey("b"));
    int before = times("a");
    int then = times("b");
    eventually(() -> times("b") > then + 5);

    assertThat(times("a")).isLessThanOrEqualTo(before + 1);
    assertThat(asked).doesNotContainKey("never");
  }

  @Test
  void aSessionLeavesAServerThatIsDownAndAServerThatIsOffIsNotAsked() {
    Compiled compiled =
        served(
            """
            s:
              loadBalancer:
                healthCheck: {path: /health, interval: 10ms}
                sticky: {cookie: {name: srv}}
                servers: [{url: 'http://a'}, {url: 'http://b'}, {url: 'http://off', weight: 0}]
            """);
    assertThat(sent(compiled, "srv=http://a").body()).isEqualTo("a");
    ill.add("a");
    eventuallyUp("http://a", false);

    TestExchange moved = sent(compiled, "srv=http://a");

    assertThat(moved.body()).isEqualTo("b");
    assertThat(moved.responseHeaders().all(SET_COOKIE)).hasSize(1);
    assertThat(asked).doesNotContainKey("off");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weighted: {healthCheck: {}, services: [{name: one}, {name: two}]} | b",
        "weighted: {services: [{name: one}, {name: two}]} | b 503",
        "weighted: {healthCheck: {}, sticky: {cookie: {name: w}}, services: [{name: one},"
            + " {name: two}]} | b",
        "highestRandomWeight: {healthCheck: {}, services: [{name: one, weight: 100000},"
            + " {name: two}]} | b",
        "highestRandomWeight: {services: [{name: one, weight: 100000}, {name: two}]} | 503",
        "failover: {service: one, fallback: two} | b",
        "failover: {service: two, fallback: one} | b",
        "failover: {service: mirrored, fallback: two} | b",
        "failover: {service: nested, fallback: two} | b",
        "failover: {service: guarded, fallback: two} | b",
        "failover: {service: one, fallback: one} | 503",
        "failover: {service: one, fallback: one, errors: {status: ['503']}} | 503",
        "mirroring: {service: one} | 503",
      })
  void theHealthOfAServiceReachesThoseThatLeadToIt(String service, String answers) {
    Compiled compiled =
        served(
            "s: {"
                + service
                + "}\n"
                + balancer("one", CHECK, "a")
                + balancer("two", CHECK, "b")
                + "mirrored: {mirroring: {service: one, healthCheck: {}}}\n"
                + "nested: {weighted: {healthCheck: {}, services: [{name: mirrored}]}}\n"
                + "guarded: {middlewares: [], failover: {service: one, fallback: one,"
                + " healthCheck: {}}}\n");
    ill.add("a");
    eventuallyUp("http://a", false);

    assertThat(answers(compiled)).containsExactlyInAnyOrder(answers.split(" "));
  }

  @ParameterizedTest
  @CsvSource({"p2c", "leasttime", "hrw"})
  void everyStrategyPicksAmongThoseThatAreUpAndNew(String strategy) {
    Compiled compiled =
        served(
            balancer("s", CHECK + ", strategy: " + strategy, "a", "b")
                .replace(
                    "]}}", ", {url: 'http://d', drain: true}, {url: 'http://o', weight: 0}]}}"));
    ill.add("a");
    eventuallyUp("http://a", false);
    assertThat(answers(compiled)).containsExactly("b");

    ill.add("b");
    eventuallyUp("http://b", false);
    assertThat(answers(compiled)).containsExactly("503");
  }

  @Test
  void aFallbackWhoseHealthCountsAndThatIsDownIsNotAsked() {
    Compiled compiled =
        served(
            "s: {failover: {service: one, fallback: two, healthCheck: {}}}\n"
                + balancer("one", CHECK, "a")
                + balancer("two", CHECK, "b"));
    ill.addAll(List.of("a", "b"));
    eventuallyUp("http://a", false);
    eventuallyUp("http://b", false);

    assertThat(sent(compiled).answer()).contains(Answer.error(503, "Service Unavailable"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s: {weighted: {healthCheck: {}, services: [{name: plain}]}}"
            + " | http.services.s.weighted.services[0].name: is not served: service \"plain@file\""
            + " has no healthCheck, which the healthCheck of this service needs",
        "s: {highestRandomWeight: {healthCheck: {}, services: [{name: ping@internal}]}}"
            + " | http.services.s.highestRandomWeight.services[0].name: is not served: service"
            + " \"ping@internal\" has no healthCheck, which the healthCheck of this service needs",
        "s: {failover: {service: plain, fallback: plain}}"
            + " | http.services.s.failover.service: is not served: service \"plain@file\" has no"
            + " healthCheck, and without errors.status nothing else tells when it is down",
        "s: {failover: {service: copied, fallback: plain, errors: {status: ['500']}, healthCheck:"
            + " {}}} | http.services.s.failover.fallback: is not served: service \"plain@file\" has"
            + " no healthCheck, which the healthCheck of this service needs",
        "s: {failover: {service: copied, fallback: plain}}"
            + " | http.services.s.failover.service: is not served: service \"copied@file\" has no"
            + " healthCheck, and without errors.status nothing else tells when it is down",
        "s: {loadBalancer: {healthCheck: {method: 'a b'}, servers: [{url: 'http://a'}]}}"
            + " | http.services.s.loadBalancer.healthCheck: is not served: method \"a b\" is none",
        "s: {loadBalancer: {healthCheck: {headers: {'a b': c}}, servers: [{url: 'http://a'}]}}"
            + " | http.services.s.loadBalancer.healthCheck: is not served: not a header name:"
            + " \"a b\""
      })
  void whatCannotBeToldIsAMistake(String service, String message) {
    String others =
        "\n"
            + balancer("plain", "passHostHeader: true", "p")
            + "copied: {mirroring: {service: plain, healthCheck: {}}}\n";

    assertThat(compiled(service + others).problems())
        .extracting(problem -> problem.path() + ": " + problem.message())
        .contains(message);
  }

  private static final Failure REFUSED =
      new Failure.UpstreamFault(
          "http://a",
          Failure.UpstreamFault.Stage.CONNECTING,
          Failure.UpstreamFault.Kind.UNREACHABLE,
          "refused");

  @ParameterizedTest
  @CsvSource({"500", "503", "0"})
  void tooManyFailuresTakeAServerOut(int status) {
    Compiled compiled =
        served(
            balancer(
                "s", "passiveHealthCheck: {maxFailedAttempts: 3, failureWindow: 1h}", "a", "b"));
    fail("a", status);

    assertThat(IntStream.range(0, 4).mapToObj(_ -> sent(compiled).body()).toList()).contains("b");
    assertThat(health.served()).allMatch(ServerHealth::isUp);
    // An answer begins the count anew.
    statuses.clear();
    failures.clear();
    sent(compiled);
    sent(compiled);
    fail("a", status);
    for (int i = 0; i < 5; i++) {
      assertThat(health.served()).allMatch(ServerHealth::isUp);
      sent(compiled);
    }

    eventuallyUp("http://a", false);
    assertThat(answers(compiled)).containsExactly("b");
  }

  private void fail(String host, int status) {
    if (status == 0) {
      failures.put(host, REFUSED);
    } else {
      statuses.put(host, status);
    }
  }

  @Test
  void whatTheServerIsNotToBlameForDoesNotCount() {
    Compiled compiled = served(balancer("s", "passiveHealthCheck: {failureWindow: 1h}", "a"));

    statuses.put("a", 499);
    sent(compiled);
    for (Failure failure :
        List.of(
            new Failure.ClientFault(499, "left"),
            new Failure.NoRoom("full"),
            new Failure.NodeFault("bug", new IllegalStateException()))) {
      failures.put("a", failure);
      sent(compiled);
    }

    assertThat(health.served()).allMatch(ServerHealth::isUp);
  }

  @Test
  void afterTheWindowAServerHasAnotherChance() {
    Compiled compiled = served(balancer("s", "passiveHealthCheck: {failureWindow: 50ms}", "a"));
    failures.put("a", REFUSED);
    sent(compiled);
    assertThat(sent(compiled).failure()).contains(new Failure.NoServer("s@file"));

    failures.clear();
    eventuallyUp("http://a", true);

    assertThat(answers(compiled)).containsExactly("a");
  }

  @Test
  void whereTheServerIsAskedOnlyThatBringsItBack() throws Exception {
    String options =
        "passiveHealthCheck: {failureWindow: 1ms}, healthCheck: {path: /, interval: 1h,"
            + " unhealthyInterval: ";
    Compiled compiled = served(balancer("s", options + "1h}", "a"));
    failures.put("a", REFUSED);
    sent(compiled);
    // Whatever was due within the window is done by then.
    scheduler.schedule(() -> {}, 50, TimeUnit.MILLISECONDS).get(20, TimeUnit.SECONDS);
    assertThat(health.served()).noneMatch(ServerHealth::isUp);

    Compiled asking =
        served(balancer("s", options.replace("interval: 1h", "interval: 10ms") + "10ms}", "a"));
    sent(asking);
    eventuallyUp("http://a", true);
  }
}
