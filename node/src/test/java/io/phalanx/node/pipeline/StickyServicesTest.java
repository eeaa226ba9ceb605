package io.phalanx.node.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.attempt.Attempt;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.attempt.Judge;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.StatusRanges;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.service.Available;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.WeightedRoundRobin;
import io.phalanx.node.service.WeightedTurns;
import io.phalanx.node.sticky.CookieSessions;
import io.phalanx.node.sticky.Places;
import io.phalanx.node.sticky.Places.Named;
import io.phalanx.node.sticky.StickyCookie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services whose cookies hold a client to where it was. */
final class StickyServicesTest {
  private static final HeaderName SET_COOKIE = HeaderName.of("Set-Cookie");
  private static final String A = "http://a:1";
  private static final String B = "http://b:1";
  private static final String C = "http://c:1";

  /** Values as Traefik makes them: SHA-256, 16 hexadecimal digits. */
  private static final Map<String, String> VALUES =
      Map.of(A, "34e94dd08be1c901", B, "e6e6e25d185310c1", C, "8eb046df120e7ca0");

  private final List<String> sent = new ArrayList<>();

  /** Statuses by URL; 0 is for servers that cannot be reached. */
  private final Map<String, Integer> statuses = new HashMap<>();

  private void forward(Exchange exchange, Forwarder.Target target) {
    String url = target.url().toString();
    sent.add(url);
    exchange.trail().sentTo(url, 1);
    int status = statuses.getOrDefault(url, 200);
    if (status == 0) {
      exchange.fail(
          new UpstreamFault(
              url, UpstreamFault.Stage.CONNECTING, UpstreamFault.Kind.UNREACHABLE, "refused"));
      return;
    }
    exchange.trail().answered(status, 2);
    exchange.respond(Answer.text(status, url));
  }

  private static StickyCookie cookie(String name) {
    return new StickyCookie(name, "/", "", OptionalInt.empty(), false, false, Optional.empty());
  }

  private Endpoint sticky(String name, String... urls) {
    List<Server> servers = Stream.of(urls).map(url -> Server.of(url, 1, false)).toList();
    Places<Server> places =
        Places.of(
            servers.stream()
                .map(server -> new Named<>(server, server.text(), server.url().toString()))
                .toList(),
            _ -> true);
    return new ServiceEndpoint(
        name + "@file",
        servers,
        ServiceEndpoint.Choice.of(
            new WeightedRoundRobin(servers, 0),
            Optional.of(CookieSessions.plain(cookie(name), places))),
        true,
        new Forwarder.Transport() {},
        this::forward);
  }

  private static TestExchange get(String... cookies) {
    TestRequest request = TestRequest.get("/");
    for (String cookie : cookies) {
      request = request.with("Cookie", cookie);
    }
    return new TestExchange(request.head());
  }

  private static TestExchange answered(Endpoint endpoint, String... cookies) {
    TestExchange exchange = get(cookies);
    endpoint.answer(exchange);
    exchange.pass(Duration.ofSeconds(30));
    return exchange;
  }

  private static List<String> set(TestExchange exchange) {
    return exchange.responseHeaders().all(SET_COOKIE);
  }

  private static String srv(String url) {
    return "srv=" + VALUES.get(url);
  }

  private static String line(String url) {
    return srv(url) + "; Path=/";
  }

  @Test
  void whoHasNoCookieGetsOneAndWhoHasOneStays() {
    Endpoint service = sticky("srv", A, B, C);

    for (String url : List.of(A, B, C, A)) {
      TestExchange first = answered(service);
      assertThat(first.body()).isEqualTo(url);
      assertThat(set(first)).containsExactly(line(url));
    }
    sent.clear();
    for (int i = 0; i < 6; i++) {
      assertThat(set(answered(service, "theme=dark; " + srv(B)))).isEmpty();
    }
    assertThat(sent).hasSize(6).containsOnly(B);
  }

  @Test
  void theServersOwnCookiesStay() {
    Endpoint service = sticky("srv", A);
    var exchange = get();
    exchange.response().headers().add(SET_COOKIE, "id=7");

    service.answer(exchange);

    assertThat(set(exchange)).containsExactlyInAnyOrder("id=7", line(A));
  }

  @ParameterizedTest
  @ValueSource(strings = {B, "dda14974ff91b04", "bfe7eeab9c1845d"})
  void aValueOfFormerVersionsIsHonouredAndRewritten(String old) {
    TestExchange exchange = answered(sticky("srv", A, B, C), "srv=" + old);

    assertThat(exchange.body()).isEqualTo(B);
    assertThat(set(exchange)).containsExactly(line(B));
  }

  @Test
  void aServerThatIsGoneLeavesItsSessionsToTheOthers() {
    assertThat(answered(sticky("srv", A, B, C), srv(C)).body()).isEqualTo(C);

    TestExchange moved = answered(sticky("srv", A, B), srv(C));

    assertThat(moved.body()).isEqualTo(A);
    assertThat(set(moved)).containsExactly(line(A));
    assertThat(set(answered(sticky("srv", A, B), srv(A)))).isEmpty();
  }

  @Test
  void sessionsStayWhenServersAreAddedOrComeInAnotherOrder() {
    assertThat(answered(sticky("srv", C, B, A), srv(B)).body()).isEqualTo(B);
    assertThat(answered(sticky("srv", "http://d:1", A, B), srv(B)).body()).isEqualTo(B);
  }

  @Test
  void whatNobodySetIsAsIfNoneWereThere() {
    Endpoint service = sticky("srv", A, B);

    assertThat(set(answered(service, "srv=0123456789abcdef"))).containsExactly(line(A));
    assertThat(set(answered(service, "srv="))).containsExactly(line(B));
    assertThat(set(answered(service, "srv=\"" + VALUES.get(B) + '"'))).isEmpty();
    assertThat(answered(service, "srv=bad; " + srv(B)).body()).isEqualTo(A);
  }

  /** As the middleware {@code retry} does. */
  private static final class Again implements Judge {
    private final TestExchange exchange;
    private final Endpoint service;
    private int left = 2;

    Again(TestExchange exchange, Endpoint service) {
      this.exchange = exchange;
      this.service = service;
    }

    TestExchange start() {
      next();
      exchange.pass(Duration.ofSeconds(1));
      return exchange;
    }

    private void next() {
      new Attempt(exchange, exchange.request().copy(), exchange.requestBody(), this)
          .start(service::answer);
    }

    @Override
    public boolean takes(int status) {
      return status != 503 || over();
    }

    @Override
    public boolean takes(Failure failure) {
      return over();
    }

    private boolean over() {
      if (left-- == 0) {
        return true;
      }
      exchange.trail().retried();
      exchange.ioThread().after(Duration.ZERO, this::next);
      return false;
    }
  }

  @Test
  void theCookieIsOfTheServerThatAnsweredInTheEnd() {
    statuses.put(A, 503);
    Endpoint service = sticky("srv", A, B, C);

    TestExchange exchange = new Again(get(), service).start();

    assertThat(sent).containsExactly(A, B);
    assertThat(set(exchange)).containsExactly(line(B));
  }

  @Test
  void aRetriedRequestLeavesTheServerThatDidNotAnswer() {
    statuses.put(B, 0);
    Endpoint service = sticky("srv", B, C);

    TestExchange exchange = new Again(get(srv(B)), service).start();

    assertThat(sent).containsExactly(B, C);
    assertThat(set(exchange)).containsExactly(line(C));
  }

  @Test
  void aRetriedRequestStaysWithAServerThatAnswers() {
    statuses.put(B, 503);

    TestExchange exchange = new Again(get(srv(B)), sticky("srv", A, B, C)).start();

    assertThat(sent).containsExactly(B, B, B);
    assertThat(exchange.response().status()).isEqualTo(503);
    assertThat(set(exchange)).isEmpty();
  }

  private static Endpoint weighted(String cookie, Map<String, Endpoint> services) {
    List<String> names = services.keySet().stream().sorted().toList();
    return new WeightedEndpoint(
        "split@file",
        Available.always(
            names.stream().map(name -> new WeightedTurns.Share<>(at(services, name), 1)).toList(),
            shares -> new WeightedTurns<>(shares, 0)),
        Optional.of(
            CookieSessions.plain(
                cookie(cookie),
                Places.of(
                    names.stream().map(name -> new Named<>(at(services, name), name, "")).toList(),
                    Endpoint::isUp))));
  }

  private static Endpoint at(Map<String, Endpoint> services, String name) {
    return Optional.ofNullable(services.get(name)).orElseThrow();
  }

  @Test
  void aWeightedServiceOfStickyOnesSetsACookieOfEach() {
    Endpoint service = weighted("ver", Map.of("v1", sticky("srv", A, B), "v2", sticky("srv", C)));

    TestExchange first = answered(service);
    assertThat(first.body()).isEqualTo(A);
    assertThat(set(first)).containsExactlyInAnyOrder(line(A), "ver=3bfc269594ef6492; Path=/");

    sent.clear();
    for (int i = 0; i < 4; i++) {
      assertThat(set(answered(service, "ver=3bfc269594ef6492; " + srv(B)))).isEmpty();
    }
    assertThat(sent).hasSize(4).containsOnly(B);
    assertThat(answered(service, "ver=v2").body()).isEqualTo(C);
  }

  @Test
  void aServiceThatIsDownKeepsNobody() {
    Endpoint down =
        new Endpoint() {
          @Override
          public void answer(Exchange exchange) {
            throw new AssertionError("it is down");
          }

          @Override
          public boolean isUp() {
            return false;
          }
        };
    var services = new HashMap<String, Endpoint>(Map.of("v1", sticky("srv", A), "v2", down));

    TestExchange exchange = answered(weighted("ver", services), "ver=v2");

    assertThat(exchange.body()).isEqualTo(A);
    assertThat(set(exchange)).contains("ver=3bfc269594ef6492; Path=/");
  }

  @Test
  void afterAFailoverOnlyTheServiceThatAnsweredSetsACookie() {
    statuses.put(A, 500);
    Endpoint service =
        new FailoverEndpoint(
            sticky("main", A),
            sticky("srv", B),
            new FailoverEndpoint.Errors(
                StatusRanges.parse(List.of("500-599")), -1, new MemoryBound(0, () -> {})),
            false);

    TestExchange exchange = answered(service);

    assertThat(exchange.body()).isEqualTo(B);
    assertThat(set(exchange)).containsExactly(line(B));
  }

  @Test
  void mirrorsSetNothingAndSendCopiesWhereTheCookieSays() {
    Endpoint service =
        new MirroringEndpoint(
            sticky("main", A),
            List.of(new MirroringEndpoint.Mirror(sticky("srv", B, C), 100)),
            new MirroringEndpoint.Bodies(true, -1, new MemoryBound(0, () -> {})),
            new Copies(10, _ -> {}));

    TestExchange exchange = answered(service, srv(C));

    assertThat(sent).containsExactly(A, C);
    assertThat(set(exchange)).containsExactly("main=" + VALUES.get(A) + "; Path=/");
    IntStream.range(0, 2).forEach(_ -> assertThat(set(answered(service))).hasSize(1));
  }
}
