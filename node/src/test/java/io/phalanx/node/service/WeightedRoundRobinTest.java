package io.phalanx.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.TestHeaders;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightedRoundRobinTest {
  private static final RequestHead REQUEST =
      new RequestHead(
          "GET",
          false,
          "web",
          Peer.of(InetAddress.ofLiteral("192.0.2.1"), 1),
          "h",
          "/",
          Optional.empty(),
          new TestHeaders());

  private static Server server(String name, int weight) {
    return Server.of("http://" + name, weight, false);
  }

  private static String picks(WeightedRoundRobin balancer, int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> balancer.next(REQUEST).map(server -> server.url().getHost()).orElse("-"))
        .collect(Collectors.joining());
  }

  @Test
  void spreadsTurnsByWeight() {
    assertThat(picks(new WeightedRoundRobin(List.of(server("a", 3), server("b", 1)), 0), 8))
        .isEqualTo("aaabaaab");
  }

  @Test
  void beginsWhereItIsTold() {
    assertThat(picks(new WeightedRoundRobin(List.of(server("a", 1), server("b", 1)), 1), 4))
        .isEqualTo("baba");
    assertThat(picks(new WeightedRoundRobin(List.of(server("a", 1), server("b", 1)), -1), 2))
        .isEqualTo("ba");
  }

  @Test
  void leavesOutServersWithoutWeight() {
    assertThat(
            picks(
                new WeightedRoundRobin(List.of(server("a", 0), server("b", 2), server("c", -1)), 0),
                3))
        .isEqualTo("bbb");
    assertThat(picks(new WeightedRoundRobin(List.of(server("a", 0)), 0), 1)).isEqualTo("-");
    assertThat(picks(new WeightedRoundRobin(List.of(), 0), 1)).isEqualTo("-");
  }

  @Test
  void takesVeryLargeWeights() {
    assertThat(
            picks(
                new WeightedRoundRobin(List.of(server("a", Integer.MAX_VALUE), server("b", 1)), 0),
                3))
        .isEqualTo("aaa");
  }

  @ParameterizedTest
  @CsvSource({"3, 7, 11", "1, 100, 899", "250, 500, 1000", "9999, 1, 2"})
  void givesEachServerExactlyItsShareInARound(int a, int b, int c) {
    var balancer =
        new WeightedRoundRobin(List.of(server("a", a), server("b", b), server("c", c)), 5);

    String round = picks(balancer, a + b + c);

    assertThat(round.chars().filter(pick -> pick == 'a').count()).isEqualTo(a);
    assertThat(round.chars().filter(pick -> pick == 'b').count()).isEqualTo(b);
    assertThat(round.chars().filter(pick -> pick == 'c').count()).isEqualTo(c);
  }

  @Test
  void keepsTurnsOfAServerApart() {
    assertThat(
            picks(
                new WeightedRoundRobin(List.of(server("a", 5), server("b", 1), server("c", 1)), 0),
                7))
        .isEqualTo("aaaaabc");
    assertThat(picks(new WeightedRoundRobin(List.of(server("a", 2), server("b", 3)), 0), 5))
        .isEqualTo("babab");
  }

  @Test
  void aServerOfLittleWeightIsNotForgottenBesideAHugeOne() {
    var balancer =
        new WeightedRoundRobin(List.of(server("a", Integer.MAX_VALUE), server("b", 1)), 0);

    assertThat(picks(balancer, 20_000)).contains("b");
  }

  @Test
  void manyThreadsGetTheSharesTogether() {
    var balancer = new WeightedRoundRobin(List.of(server("a", 3), server("b", 1)), 0);

    Map<String, Long> counts =
        IntStream.range(0, 40_000)
            .parallel()
            .mapToObj(_ -> balancer.next(REQUEST).orElseThrow().url().getHost())
            .collect(Collectors.groupingBy(host -> host, Collectors.counting()));

    assertThat(counts).isEqualTo(Map.of("a", 30_000L, "b", 10_000L));
  }
}
