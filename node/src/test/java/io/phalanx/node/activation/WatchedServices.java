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
import io.phalanx.node.health.Question;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.middleware.Passage;
import io.phalanx.node.pipeline.Pipeline;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.tls.CertificateSources;
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

/** Services whose servers are asked for their health, as they come out of a configuration. */
abstract class WatchedServices {
  static final HeaderName SET_COOKIE = HeaderName.of("Set-Cookie");
  static final String CHECK = "healthCheck: {path: /health, interval: 10ms}";

  final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  /** Hosts that say that they are ill, and what became of requests to hosts. */
  final Set<String> ill = ConcurrentHashMap.newKeySet();

  /** Hosts that are asked and say nothing. */
  final Set<String> mute = ConcurrentHashMap.newKeySet();

  final Map<String, Integer> statuses = new ConcurrentHashMap<>();
  final Map<String, Failure> failures = new ConcurrentHashMap<>();
  final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  final HealthChecks health =
      new HealthChecks(
          (inquiry, told) -> {
            String host = ((Question) inquiry).target().url().getHost();
            asked.computeIfAbsent(host, _ -> new AtomicInteger()).incrementAndGet();
            if (mute.contains(host)) {
              return;
            }
            told.accept(ill.contains(host) ? Optional.of("ill") : Optional.empty());
          },
          scheduler,
          System::nanoTime,
          () -> 0.5);

  final Compiler compiler = compiler();

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  int times(String host) {
    AtomicInteger times = asked.get(host);
    return times == null ? 0 : times.get();
  }

  void forward(Exchange exchange, Forwarder.Target target) {
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
            TestTcp.PARTS,
            0),
        CertificateSources.of(() -> TestCertificates.FALLBACK));
  }

  Compiled compiled(String services) {
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

  Compiled served(String services) {
    Compiled compiled = compiled(services);
    assertThat(compiled.problems()).isEmpty();
    health.serve(compiled.healths());
    return compiled;
  }

  static TestExchange sent(Compiled compiled, String... cookies) {
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
  static Set<String> answers(Compiled compiled) {
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

  static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it does not come to that");
      }
      Thread.onSpinWait();
    }
  }

  void eventuallyUp(String url, boolean up) {
    eventually(
        () ->
            health.served().stream()
                .anyMatch(server -> server.subject().url().equals(url) && server.isUp() == up));
  }

  static String balancer(String name, String options, String... hosts) {
    String servers =
        String.join(", ", List.of(hosts).stream().map(h -> "{url: 'http://" + h + "'}").toList());
    return name + ": {loadBalancer: {" + options + ", servers: [" + servers + "]}}\n";
  }
}
