package io.phalanx.node.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.local.LocalSessions;
import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.Seating;
import io.phalanx.cluster.session.SessionTable;
import io.phalanx.node.address.ClientAddress;
import io.phalanx.node.attempt.Attempt;
import io.phalanx.node.attempt.Judge;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.WeightedRoundRobin;
import io.phalanx.node.sticky.LearnedSessions;
import io.phalanx.node.sticky.Places;
import io.phalanx.node.sticky.Places.Named;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.sticky.SessionSource;
import io.phalanx.providers.dynamic.LimitOptions.IpStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Services whose sessions the fleet remembers. */
final class LearnedSessionsTest {
  private static final String A = "http://a:1";
  private static final String B = "http://b:1";
  private static final String C = "http://c:1";
  private static final Duration EXPIRY = Duration.ofMinutes(30);
  private static final HeaderName X_SESSION = HeaderName.of("X-Session");
  private static final SessionSource HEADER = new SessionSource.Header(X_SESSION);

  private final List<String> sent = new ArrayList<>();
  private final Set<String> dead = new HashSet<>();

  /** A header that every answer has from now on; empty: none. */
  private String given = "";

  private String givenValue = "";
  private long now;
  private final Shared table = new Shared();
  private final SessionMemory memory = new SessionMemory(table);

  /** The fleet's table, which answers at once or when the test says so. */
  private final class Shared implements SessionTable {
    private final LocalSessions sessions = new LocalSessions(() -> now);
    private final List<String> keys = new ArrayList<>();
    private Optional<CompletableFuture<Seating>> instead = Optional.empty();

    @Override
    public Optional<String> near(String key) {
      return sessions.near(key);
    }

    @Override
    public CompletionStage<Seating> seat(String key, Bid bid, Duration patience) {
      keys.add(key);
      return instead.isPresent() ? instead.get() : sessions.seat(key, bid, patience);
    }
  }

  private void forward(Exchange exchange, Forwarder.Target target) {
    String url = target.url().toString();
    sent.add(url);
    exchange.trail().sentTo(url, 1);
    if (dead.contains(url)) {
      exchange.fail(
          new UpstreamFault(
              url, UpstreamFault.Stage.CONNECTING, UpstreamFault.Kind.UNREACHABLE, "refused"));
      return;
    }
    exchange.trail().answered(200, 2);
    if (!given.isEmpty()) {
      exchange.response().headers().add(HeaderName.of(given), givenValue);
    }
    exchange.respond(Answer.text(200, url));
  }

  private Endpoint service(SessionSource source, String... urls) {
    return service(source, List.of(urls), List.of(urls));
  }

  /**
   * @param fresh what the balancer picks of
   */
  private Endpoint service(SessionSource source, List<String> urls, List<String> fresh) {
    List<Server> servers = urls.stream().map(url -> Server.of(url, 1, false)).toList();
    Places<Server> places =
        Places.of(
            servers.stream()
                .map(server -> new Named<>(server, server.text(), server.url().toString()))
                .toList(),
            _ -> true);
    return new ServiceEndpoint(
        "s@file",
        servers,
        ServiceEndpoint.Choice.of(
            new WeightedRoundRobin(
                servers.stream().filter(server -> fresh.contains(server.text())).toList(), 0),
            Optional.of(new LearnedSessions<>("s@file", source, places, memory, EXPIRY))),
        true,
        new Forwarder.Transport() {},
        this::forward);
  }

  private static TestExchange get(String... namesAndValues) {
    TestRequest request = TestRequest.get("/");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      request = request.with(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new TestExchange(request.head());
  }

  private static TestExchange answered(Endpoint endpoint, String... namesAndValues) {
    TestExchange exchange = get(namesAndValues);
    endpoint.answer(exchange);
    exchange.pass(Duration.ofSeconds(30));
    return exchange;
  }

  private static TestExchange session(Endpoint endpoint, String id) {
    return answered(endpoint, "X-Session", id);
  }

  @Test
  void aSessionStaysWhereItsFirstRequestWentThroughAnyNode() {
    Endpoint one = service(HEADER, A, B, C);
    Endpoint other = service(HEADER, C, A, B);

    assertThat(session(one, "x").body()).isEqualTo(A);
    assertThat(session(one, "y").body()).isEqualTo(B);
    for (int i = 0; i < 5; i++) {
      assertThat(session(other, "x").body()).isEqualTo(A);
      assertThat(session(other, "y").body()).isEqualTo(B);
    }
  }

  @Test
  void whoHasNoSessionIsBalancedAndNotRemembered() {
    Endpoint service = service(HEADER, A, B);

    answered(service);
    answered(service, "X-Session", "");
    assertThat(sent).containsExactly(A, B);
    assertThat(table.keys).isEmpty();
  }

  @Test
  void aSessionThatWasNotUsedForItsExpiryIsNew() {
    Endpoint service = service(HEADER, A, B);
    session(service, "x");
    now += EXPIRY.toNanos() - 1;
    assertThat(session(service, "x").body()).isEqualTo(A);
    now += EXPIRY.toNanos();

    assertThat(session(service, "x").body()).isNotEqualTo(A);
  }

  @Test
  void theServerThatNamesASessionHasIt() {
    Endpoint service = service(HEADER, A, B, C);
    given = "X-Session";
    givenValue = "from a";
    assertThat(answered(service).body()).isEqualTo(A);
    given = "";

    for (int i = 0; i < 4; i++) {
      assertThat(session(service, "from a").body()).isEqualTo(A);
    }
  }

  @Test
  void aSessionThatIsNamedAnewStaysWhereItIs() {
    Endpoint service = service(HEADER, A, B, C);
    session(service, "x");
    given = "X-Session";
    givenValue = "y";
    assertThat(session(service, "x").body()).isEqualTo(A);
    given = "";

    assertThat(session(service, "y").body()).isEqualTo(A);
    assertThat(session(service, "x").body()).isEqualTo(A);
  }

  @Test
  void aNameThatIsKnownIsNotToldAgain() {
    Endpoint service = service(HEADER, A, B);
    given = "X-Session";
    givenValue = "x";
    session(service, "x");
    session(service, "x");

    assertThat(table.keys).as("bids").hasSize(1);
  }

  @Test
  void aCookieOfTheServersNamesASession() {
    Endpoint service = service(new SessionSource.Cookie("ID"), A, B, C);
    given = "Set-Cookie";
    givenValue = "ID=7; Path=/; HttpOnly";
    assertThat(answered(service).body()).isEqualTo(A);
    given = "";

    for (int i = 0; i < 4; i++) {
      assertThat(answered(service, "Cookie", "theme=dark; ID=7").body()).isEqualTo(A);
    }
  }

  @Test
  void aClientHasItsServerByItsAddress() {
    var byAddress =
        new SessionSource.Address(
            new ClientAddress(new IpStrategy(1, List.of(), Optional.empty())));
    Endpoint service = service(byAddress, A, B);

    for (int i = 0; i < 3; i++) {
      assertThat(answered(service, "X-Forwarded-For", "2001:db8::1").body()).isEqualTo(A);
      assertThat(answered(service, "X-Forwarded-For", "2001:DB8:0::2").body()).isEqualTo(B);
    }
    assertThat(answered(service, "X-Forwarded-For", "2001:DB8:0::1").body()).isEqualTo(A);
  }

  @Test
  void whenAServerGoesItsSessionsMoveOnceAndStay() {
    session(service(HEADER, A, B, C), "x");
    Endpoint one = service(HEADER, B, C);
    Endpoint other = service(HEADER, C, B);

    assertThat(session(one, "x").body()).isEqualTo(B);
    for (int i = 0; i < 4; i++) {
      assertThat(session(other, "x").body()).isEqualTo(B);
      assertThat(session(service(HEADER, A, B, C), "x").body()).isEqualTo(B);
    }
  }

  @Test
  void aDrainedServerKeepsItsSessionsAndGetsNoNewOnes() {
    session(service(HEADER, A, B), "x");
    Endpoint drained = service(HEADER, List.of(A, B), List.of(B));

    assertThat(session(drained, "x").body()).isEqualTo(A);
    assertThat(session(drained, "y").body()).isEqualTo(B);
    Endpoint all = service(HEADER, List.of(A), List.of());
    assertThat(session(all, "x").body()).isEqualTo(A);
    assertThat(session(all, "z").failure()).contains(new Failure.NoServer("s@file"));
  }

  @Test
  void aSessionWhoseFirstRequestGotNoAnswerIsForgotten() {
    dead.add(A);
    Endpoint service = service(HEADER, A, B);

    assertThat(session(service, "x").failure()).isPresent();
    assertThat(table.near(table.keys.getFirst())).isEmpty();
    assertThat(session(service, "x").body()).isEqualTo(B);
    dead.clear();
    assertThat(session(service, "x").body()).isEqualTo(B);
  }

  @Test
  void aSessionThatIsEstablishedWaitsForItsServer() {
    Endpoint service = service(HEADER, A, B);
    session(service, "x");
    dead.add(A);
    assertThat(session(service, "x").failure()).isPresent();
    dead.clear();

    assertThat(session(service, "x").body()).isEqualTo(A);
  }

  /** As the middleware {@code retry} does, once. */
  private static TestExchange retried(Endpoint service, TestExchange exchange) {
    var once =
        new Judge() {
          @Override
          public boolean takes(int status) {
            return true;
          }

          @Override
          public boolean takes(Failure failure) {
            exchange.trail().retried();
            exchange
                .ioThread()
                .after(
                    Duration.ZERO,
                    () ->
                        new Attempt(
                                exchange,
                                exchange.request().copy(),
                                exchange.requestBody(),
                                Judge.TAKES_ALL)
                            .start(service::answer));
            return false;
          }
        };
    new Attempt(exchange, exchange.request().copy(), exchange.requestBody(), once)
        .start(service::answer);
    exchange.pass(Duration.ofSeconds(1));
    return exchange;
  }

  @Test
  void aRetriedRequestTakesItsSessionToTheServerThatAnswers() {
    Endpoint service = service(HEADER, A, B, C);
    session(service, "x");
    dead.add(A);

    String moved = retried(service, get("X-Session", "x")).body();
    assertThat(moved).isIn(B, C);
    dead.clear();
    for (int i = 0; i < 4; i++) {
      assertThat(session(service, "x").body()).isEqualTo(moved);
    }
  }

  @Test
  void aRequestWaitsForTheFleetWithoutAThread() {
    Endpoint service = service(HEADER, A, B);
    var answer = new CompletableFuture<Seating>();
    table.instead = Optional.of(answer);

    TestExchange exchange = session(service, "x");
    assertThat(exchange.isSuspended()).isTrue();
    assertThat(sent).isEmpty();
    answer.complete(new Seating.At("e6e6e25d185310c1", false));
    exchange.runIoThread();

    assertThat(exchange.body()).isEqualTo(B);
  }

  @Test
  void nothingIsSentForAClientThatLeftMeanwhile() {
    Endpoint service = service(HEADER, A, B);
    var answer = new CompletableFuture<Seating>();
    table.instead = Optional.of(answer);
    TestExchange exchange = session(service, "x");

    exchange.abandon();
    answer.complete(new Seating.At("e6e6e25d185310c1", false));
    exchange.runIoThread();

    assertThat(sent).isEmpty();
  }

  @Test
  void whileTheFleetDoesNotAnswerRequestsAreBalancedAndCounted() {
    Endpoint service = service(HEADER, A, B);
    table.instead =
        Optional.of(CompletableFuture.completedFuture(new Seating.Unavailable("too slow")));

    assertThat(Stream.of("x", "x").map(id -> session(service, id).body())).containsExactly(A, B);
    assertThat(memory.missed()).isEqualTo(2);
    table.instead = Optional.empty();
    assertThat(session(service, "x").body()).isEqualTo(A);
  }

  @Test
  void aPlaceThatNobodyKnowsIsNotSoughtForEver() {
    Endpoint service = service(HEADER, A, B);
    table.instead =
        Optional.of(CompletableFuture.completedFuture(new Seating.At("somewhere", false)));

    assertThat(session(service, "x").body()).isEqualTo(A);
    assertThat(table.keys).hasSize(3);
  }

  @Test
  void aNameIsSharedAsAHashOfOneLength() {
    Endpoint service = service(HEADER, A, B);

    assertThat(session(service, "secret".repeat(10_000)).body()).isEqualTo(A);

    assertThat(table.keys).singleElement().asString().matches("[A-Za-z0-9_-]{43}");
  }
}
