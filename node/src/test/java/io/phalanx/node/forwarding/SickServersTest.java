package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Signing;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSessions;
import io.phalanx.node.activation.Compiled;
import io.phalanx.node.activation.Compiler;
import io.phalanx.node.activation.EntryPointModel;
import io.phalanx.node.activation.ServiceParts;
import io.phalanx.node.activation.TestTcp;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.health.ForwardedProbes;
import io.phalanx.node.health.HealthChecks;
import io.phalanx.node.health.ServerHealth;
import io.phalanx.node.logging.LogRecorder;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.middleware.Passage;
import io.phalanx.node.middleware.Retry;
import io.phalanx.node.pipeline.Pipeline;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.tls.CertificateSources;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that fall ill, and clients who do not notice: from socket to socket. */
final class SickServersTest {
  private final HttpForwarder forwarder = new HttpForwarder();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final List<AutoCloseable> open = new ArrayList<>();
  private Workers workers;
  private HealthChecks health;
  private String url = "";

  /** What a server does with its next request. */
  enum State {
    WELL,
    ILL,
    HANGS,
    RESETS,
    RUBBISH,
    CUTS,

    /** Well and ill by turns, a tenth of a second each. */
    FLAPS
  }

  /** A server that is as the test wants it. */
  private static final class Patient implements AutoCloseable {
    private final String name;
    private final ScriptedServer server = new ScriptedServer(this::serve);
    private volatile State state = State.WELL;

    Patient(String name) {
      this.name = name;
    }

    private void serve(ScriptedServer.Connection connection)
        throws IOException, InterruptedException {
      while (true) {
        String target = connection.readHead().split(" ", 3)[1];
        boolean even = System.nanoTime() / 100_000_000 % 2 == 0;
        State now = state == State.FLAPS ? (even ? State.WELL : State.ILL) : state;
        switch (now) {
          case WELL, FLAPS -> connection.send(answer(200, name + target));
          case ILL -> connection.send(answer(503, "ill"));
          case RUBBISH -> connection.send("220 mail.example ESMTP\r\n\r\n");
          case RESETS -> {
            connection.reset();
            return;
          }
          case CUTS -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
            connection.reset();
            return;
          }
          case HANGS -> {
            connection.readToEnd();
            return;
          }
        }
      }
    }

    private static String answer(int status, String body) {
      return "HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s".formatted(status, body.length(), body);
    }

    long asked(String target) {
      return server.heads.stream().filter(head -> head.startsWith("GET " + target)).count();
    }

    @Override
    public void close() {
      server.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(2);
    health =
        new HealthChecks(
            new ForwardedProbes(forwarder, forwarder.tcp(), workers.ioThreads()),
            scheduler,
            System::nanoTime,
            () -> 0.5);
  }

  @AfterEach
  void stop() throws Exception {
    client.shutdownNow();
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    health.close();
    forwarder.close();
    scheduler.shutdownNow();
    workers.close();
  }

  private Patient patient(String name) {
    var patient = new Patient(name);
    open.add(patient);
    return patient;
  }

  /** Serves a load balancer with these options. */
  private void serve(String options, String... servers) throws IOException {
    String list =
        String.join(", ", Stream.of(servers).map(each -> "{url: '" + each + "'}").toList());
    String text =
        "http: {routers: {r: {rule: 'PathPrefix(`/`)', service: s, middlewares: [again]}},"
            + " middlewares: {again: {retry: {attempts: 4, status: ['503']}}},"
            + " services: {s: {loadBalancer: {"
            + options
            + ", servers: ["
            + list
            + "]}}}}";
    DynamicConfigReader.Result read = DynamicConfigReader.read("f.yml", text);
    assertThat(read.decoded().problems()).isEmpty();
    DynamicConfig config = read.decoded().value().orElseThrow();
    Compiled compiled = compiler().compile(new TreeMap<>(Map.of("file", config)));
    assertThat(compiled.problems()).isEmpty();
    forwarder.retain(compiled.targets());
    health.serve(compiled.healths());
    var pipeline = new Pipeline(true, true, Objects.requireNonNull(compiled.routing().get("web")));
    EntryPoint entryPoint =
        EntryPoint.open(workers, Fronts.options(), pipeline, List.of(), Fronts::tls);
    open.add(entryPoint);
    url = "http://127.0.0.1:" + entryPoint.address().getPort();
  }

  private Compiler compiler() {
    var web =
        new EntryPointModel(
            "web", true, List.of(), List.of(), Optional.empty(), true, true, List.of());
    var counts = Passage.counts(new LocalBudgets(System::nanoTime));
    var memory = new MemoryBound(1 << 20, () -> {});
    return new Compiler(
        List.of(web),
        List.of(),
        new MiddlewareCompiler(
            List.of(Retry.TYPE),
            (router, name) ->
                new MiddlewareContext(
                    router, name, counts, counts, () -> true, memory, scheduler, Passage.PARTS)),
        Map.of(),
        new ServiceParts(
            forwarder,
            _ -> forwarder.transport(TransportOptions.standard()),
            forwarder.transport(TransportOptions.standard()),
            new Copies(0, _ -> {}),
            memory,
            purpose -> Signing.of(List.of(FleetKey.generate()), purpose),
            new SessionMemory(new LocalSessions(System::nanoTime)),
            health,
            TestTcp.PARTS,
            0),
        CertificateSources.of(() -> TestCertificates.FALLBACK));
  }

  private HttpResponse<String> get(String target) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + target)).timeout(Duration.ofSeconds(60)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
  }

  /** Sends so many; each has the answer to itself, and no other one. Returns who answered. */
  private List<String> answerers(int count) throws IOException, InterruptedException {
    var names = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      String target = "/" + i;
      HttpResponse<String> answer = get(target);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).endsWith(target);
      names.add(answer.body().substring(0, answer.body().indexOf('/')));
    }
    return names;
  }

  /** Both servers get requests, and answer each of them rightly. */
  private void bothAnswer() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    var names = new HashSet<String>();
    while (names.size() < 2) {
      assertThat(System.nanoTime()).isLessThan(end);
      names.addAll(answerers(20));
    }
  }

  private void eventually(Patient patient, boolean up) {
    ForwardingRig.eventually(() -> isUp(patient) == up);
  }

  private boolean isUp(Patient patient) {
    return health.served().stream()
        .filter(each -> each.subject().url().equals(patient.server.url().toString()))
        .allMatch(ServerHealth::isUp);
  }

  @ParameterizedTest
  @EnumSource(names = {"ILL", "HANGS", "RESETS", "RUBBISH"})
  void whoeverIsIllGetsQuestionsAlone(State state) throws IOException, InterruptedException {
    Patient sick = patient("sick");
    Patient well = patient("well");
    serve(
        "healthCheck: {path: /health, interval: 50ms, timeout: 3s}",
        sick.server.url().toString(),
        well.server.url().toString());
    bothAnswer();

    sick.state = state;
    eventually(sick, false);
    long begin = System.nanoTime();
    int heads = sick.server.heads.size();
    long questions = sick.asked("/health");

    assertThat(Set.copyOf(answerers(60))).containsExactly("well");

    long more = sick.asked("/health") - questions;
    assertThat(sick.server.heads.size() - heads).isLessThanOrEqualTo((int) more + 1);
    assertThat(more)
        .isLessThanOrEqualTo((System.nanoTime() - begin) / Duration.ofMillis(45).toNanos() + 1);

    sick.state = State.WELL;
    eventually(sick, true);
    bothAnswer();
  }

  @Test
  void whoeverCutsAnAnswerIsTakenOut() throws IOException, InterruptedException {
    Patient sick = patient("sick");
    Patient well = patient("well");
    serve(
        "passiveHealthCheck: {failureWindow: 2s}",
        sick.server.url().toString(),
        well.server.url().toString());
    sick.state = State.CUTS;
    assertThatThrownBy(() -> answerers(2)).isInstanceOf(IOException.class);
    eventually(sick, false);

    assertThat(sick.server.heads).hasSize(1);
    sick.state = State.WELL;
    assertThat(answerers(1)).containsExactly("well");
    eventually(sick, true);
    bothAnswer();
  }

  private static String nobody() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void aServerThatIsNotReachedIsToldAsSuchAlsoWhereARequestIsSentOnceMore()
      throws IOException, InterruptedException {
    try (var log = LogRecorder.of(ServerHealth.class)) {
      String refuses = nobody();
      serve(
          "passiveHealthCheck: {failureWindow: 1h}",
          refuses,
          patient("well").server.url().toString());

      answerers(2);

      ForwardingRig.eventually(() -> !log.events().isEmpty());
      assertThat(log.events())
          .singleElement()
          .asString()
          .contains(refuses + " of service s@file is down: ", "refused")
          .doesNotContain("answered");
    }
  }

  @Test
  void whenAllAreDownTheAnswerIsThereAtOnce() throws IOException, InterruptedException {
    Patient hangs = patient("hangs");
    String refuses = nobody();
    hangs.state = State.HANGS;
    serve(
        "healthCheck: {path: /health, interval: 50ms, timeout: 200ms}",
        hangs.server.url().toString(),
        refuses);
    ForwardingRig.eventually(() -> health.served().stream().noneMatch(ServerHealth::isUp));
    long begin = System.nanoTime();

    for (int i = 0; i < 20; i++) {
      assertThat(get("/").statusCode()).isEqualTo(503);
    }

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    assertThat(hangs.asked("/ ")).isZero();
  }

  @Test
  void clientsDoNotNoticeAServerThatFlapsTenTimesASecond()
      throws IOException, InterruptedException {
    Patient flaps = patient("flaps");
    Patient well = patient("well");
    serve(
        "healthCheck: {path: /health, interval: 20ms}",
        flaps.server.url().toString(),
        well.server.url().toString());
    flaps.state = State.FLAPS;
    long begin = System.nanoTime();
    var names = new HashSet<String>();

    while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(3)) {
      names.addAll(answerers(20));
    }

    assertThat(names).containsExactlyInAnyOrder("flaps", "well");
    assertThat(flaps.asked("/health"))
        .isLessThanOrEqualTo((System.nanoTime() - begin) / Duration.ofMillis(18).toNanos() + 2);
    flaps.state = State.WELL;
    eventually(flaps, true);
    bothAnswer();
  }

  @Test
  void aServerThatCameBackGetsLittleAtFirst() throws IOException, InterruptedException {
    Patient back = patient("back");
    Patient well = patient("well");
    serve(
        "healthCheck: {path: /health, interval: 50ms}, slowStart: 1h",
        back.server.url().toString(),
        well.server.url().toString());
    back.state = State.ILL;
    eventually(back, false);
    back.state = State.WELL;
    eventually(back, true);

    List<String> names = answerers(300);

    // A tenth of the weight is one request in eleven.
    assertThat(names.stream().filter("back"::equals).count()).isBetween(5L, 70L);
  }
}
