package io.phalanx.node.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.TestHeaders;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  @ValueSource(
      strings = {
        "",
        "ftp://a",
        "http://",
        "http://a:0",
        "http://a:70000",
        "a:80",
        "http://a b",
        "https://a",
        "h2c://a"
      })
  void refusesUrlsThatCannotBeServed(String url) {
    assertThatThrownBy(() -> Server.of(url, 1, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(url.isEmpty() ? "http" : url);
  }
}
