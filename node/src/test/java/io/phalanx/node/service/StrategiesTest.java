package io.phalanx.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Strategies other than round robin. */
final class StrategiesTest {
  private final AtomicLong nanoTime = new AtomicLong();

  private static Server server(String name, int weight) {
    return Server.of("http://" + name, weight, false);
  }

  private static double whole(Server server) {
    return 1;
  }

  private static String picked(Balancer balancer, String client) {
    return balancer
        .next(TestRequest.get("/").from(client).head())
        .map(server -> server.url().getHost())
        .orElse("-");
  }

  private static String picked(Balancer balancer) {
    return picked(balancer, "192.0.2.1");
  }

  private static String picks(Balancer balancer, int count) {
    return String.join("", IntStream.range(0, count).mapToObj(_ -> picked(balancer)).toList());
  }

  private ServerLoads loads(List<Server> servers) {
    return new ServerLoads(servers, nanoTime::get);
  }

  private static Exchange sent(ServerLoads loads, Server server) {
    var exchange = new TestExchange(TestRequest.get("/").head());
    loads.sent(exchange, server);
    return exchange;
  }

  /** A request that gets its answer after so long. */
  private void answered(ServerLoads loads, Server server, long millis, int status) {
    Exchange exchange = sent(loads, server);
    nanoTime.addAndGet(Duration.ofMillis(millis).toNanos());
    exchange.respond(Answer.text(status, ""));
  }

  private static TwoChoices twoChoices(List<Server> servers, ServerLoads loads, Integer... draws) {
    Deque<Integer> left = new ArrayDeque<>(Arrays.asList(draws));
    return new TwoChoices(servers, loads, StrategiesTest::whole, _ -> left.remove());
  }

  @Test
  void ofTwoThatAreDrawnTheOneWithFewerRequestsIsPicked() {
    List<Server> servers = List.of(server("a", 1), server("b", 1), server("c", 1));
    ServerLoads loads = loads(servers);
    sent(loads, servers.get(0));
    sent(loads, servers.get(0));
    Exchange atB = sent(loads, servers.get(1));

    assertThat(picks(twoChoices(servers, loads, 0, 0, 0, 1, 1, 0, 2, 1), 4)).isEqualTo("bcbc");

    atB.respond(Answer.text(200, ""));
    assertThat(picks(twoChoices(servers, loads, 1, 1, 2, 1), 2)).isEqualTo("bc");
  }

  @Test
  void everyPairIsDrawnAndNoServerTwice() {
    List<Server> servers = List.of(server("a", 1), server("b", 1), server("c", 1));
    var random = new Random(1);
    var counts = new HashMap<String, Integer>();
    var balancer = new TwoChoices(servers, loads(servers), StrategiesTest::whole, random::nextInt);
    IntStream.range(0, 30_000).forEach(_ -> counts.merge(picked(balancer), 1, Integer::sum));

    assertThat(counts.values()).allMatch(count -> count > 9_000).hasSize(3);
  }

  @Test
  void weightsCountAmongTwoChoices() {
    List<Server> servers = List.of(server("a", 1), server("b", 3), server("off", 0));
    ServerLoads loads = loads(servers);

    assertThat(picks(twoChoices(servers, loads, 0, 0, 1, 0), 2)).isEqualTo("bb");
    sent(loads, servers.get(1));
    sent(loads, servers.get(1));
    assertThat(picks(twoChoices(servers, loads, 0, 0, 1, 0), 2)).isEqualTo("ab");
    assertThat(picks(twoChoices(List.of(server("off", 0)), loads), 1)).isEqualTo("-");
  }

  @Test
  void theServerThatAnswersSoonestIsPicked() {
    List<Server> servers = List.of(server("a", 1), server("b", 1));
    ServerLoads loads = loads(servers);
    var balancer = new LeastTime(servers, loads, StrategiesTest::whole);

    assertThat(picked(balancer)).isEqualTo("a");
    answered(loads, servers.get(0), 1_500, 200);
    assertThat(picked(balancer)).isEqualTo("b");
    answered(loads, servers.get(1), 50, 200);
    assertThat(picks(balancer, 3)).isEqualTo("bbb");

    // 50 ms times 30 requests in flight and one more is longer than 1,500 ms.
    IntStream.range(0, 30).forEach(_ -> sent(loads, servers.get(1)));
    assertThat(picked(balancer)).isEqualTo("a");
  }

  @Test
  void serversThatAreAsQuickHaveTheirTurnsByWeight() {
    List<Server> servers = List.of(server("a", 1), server("b", 1), server("c", 2));
    ServerLoads loads = loads(servers);
    var balancer = new LeastTime(servers, loads, StrategiesTest::whole);
    servers.forEach(server -> answered(loads, server, 0, 200));

    String picks = picks(balancer, 40);

    assertThat(picks.chars().filter(c -> c == 'c').count()).isEqualTo(20);
    assertThat(picks.chars().filter(c -> c == 'a').count()).isEqualTo(10);
  }

  @Test
  void aServerOfWhichNothingIsKnownIsTriedByOneRequestAtATime() {
    List<Server> servers = List.of(server("a", 1), server("b", 1), server("c", 1));
    ServerLoads loads = loads(servers);
    var balancer = new LeastTime(servers, loads, StrategiesTest::whole);
    answered(loads, servers.get(0), 20, 200);
    answered(loads, servers.get(2), 300, 200);

    assertThat(picked(balancer)).isEqualTo("b");
    Exchange first = sent(loads, servers.get(1));
    assertThat(picks(balancer, 3)).isEqualTo("aaa");
    first.respond(Answer.text(200, ""));
  }

  @Test
  void aServerThatFailsAtOnceIsNotTheQuickest() {
    List<Server> servers = List.of(server("a", 1), server("b", 1));
    ServerLoads loads = loads(servers);
    var balancer = new LeastTime(servers, loads, StrategiesTest::whole);
    answered(loads, servers.get(1), 80, 200);

    answered(loads, servers.get(0), 1, 500);
    assertThat(picks(balancer, 2)).isEqualTo("bb");
    sent(loads, servers.get(0))
        .fail(
            new Failure.UpstreamFault(
                "http://a",
                Failure.UpstreamFault.Stage.CONNECTING,
                Failure.UpstreamFault.Kind.UNREACHABLE,
                ""));
    assertThat(picks(balancer, 2)).isEqualTo("bb");
  }

  @Test
  void whatIsOldIsForgotten() {
    List<Server> servers = List.of(server("a", 1), server("b", 1));
    ServerLoads loads = loads(servers);
    var balancer = new LeastTime(servers, loads, StrategiesTest::whole);
    answered(loads, servers.get(0), 900, 200);
    answered(loads, servers.get(1), 80, 200);
    nanoTime.addAndGet(Duration.ofSeconds(29).toNanos());
    assertThat(picked(balancer)).isEqualTo("b");
    answered(loads, servers.get(1), 80, 200);

    nanoTime.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(picked(balancer)).isEqualTo("a");
    answered(loads, servers.get(0), 10, 200);
    assertThat(picked(balancer)).isEqualTo("a");
  }

  @Test
  void theLastHundredAnswersCount() {
    var load = new ServerLoad();
    IntStream.range(0, 100).forEach(_ -> load.answered(1_000, 0));
    assertThat(load.millis(0)).isEqualTo(1_000);
    IntStream.range(0, 50).forEach(_ -> load.answered(0, 0));
    assertThat(load.millis(0)).isEqualTo(500);
    IntStream.range(0, 450).forEach(_ -> load.answered(8, 0));
    assertThat(load.millis(0)).isEqualTo(8);
  }

  @Test
  void aClientHasItsServerAndMovesOnlyIfThatGoes() {
    List<Server> servers = List.of(server("one", 1), server("two", 1), server("six", 1));
    var all = new HighestRandomWeight(servers, StrategiesTest::whole);
    var less = new HighestRandomWeight(servers.subList(0, 2), StrategiesTest::whole);
    var counts = new HashMap<String, Integer>();
    for (int i = 0; i < 3_000; i++) {
      String client = "10.0." + i / 256 + '.' + i % 256;
      String before = picked(all, client);
      counts.merge(before, 1, Integer::sum);
      assertThat(picked(all, client)).isEqualTo(before);
      if (!before.equals("six")) {
        assertThat(picked(less, client)).isEqualTo(before);
      }
    }
    assertThat(counts.values()).allMatch(count -> count > 600).hasSize(3);
  }

  @Test
  void aServerThatGetsAPartOfItsWeightGetsFewerClientsAndTurns() {
    List<Server> servers = List.of(server("a", 1), server("b", 1));
    ToDoubleFunction<Server> share = server -> server.text().equals("http://a") ? 0.25 : 1;
    var random = new Random(2);
    var hashed =
        new HighestRandomWeight(
            List.of(server("one", 1), server("two", 1)),
            server -> server.text().equals("http://one") ? 0.25 : 1);
    var turns = new WeightedRoundRobin(servers, 0, share, random::nextDouble);
    ServerLoads loads = loads(servers);
    var quickest = new LeastTime(servers, loads, share);
    answered(loads, servers.get(0), 40, 200);
    answered(loads, servers.get(1), 100, 200);

    long clients =
        IntStream.range(0, 5_000)
            .filter(i -> picked(hashed, "10.0." + i / 256 + '.' + i % 256).equals("one"))
            .count();

    assertThat(clients).isBetween(600L, 1_300L);
    assertThat(picks(turns, 5_000).chars().filter(c -> c == 'a').count()).isBetween(600L, 1_050L);
    assertThat(picks(quickest, 2)).isEqualTo("bb");
    assertThat(picks(twoChoicesSharing(servers, loads, share), 2)).isEqualTo("bb");
    var alone = new WeightedRoundRobin(servers.subList(0, 1), 0, share, random::nextDouble);
    assertThat(picks(alone, 50)).isEqualTo("a".repeat(50));
  }

  private static TwoChoices twoChoicesSharing(
      List<Server> servers, ServerLoads loads, ToDoubleFunction<Server> share) {
    var random = new Random(3);
    return new TwoChoices(servers, loads, share, random::nextInt);
  }
}
