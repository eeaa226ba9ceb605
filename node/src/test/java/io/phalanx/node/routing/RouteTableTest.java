package io.phalanx.node.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.TestHeaders;
import io.phalanx.node.rule.Rule;
import io.phalanx.node.rule.RuleSyntaxException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final List<String> HOSTS =
      List.of("a.test", "b.test", "x.a.test", "y.x.a.test", "c");
  private static final List<String> PATHS = List.of("/", "/a", "/a/b", "/ab", "/b", "/a/b/c");

  private static RequestHead request(String method, String host, String path) {
    Peer peer = Peer.of(InetAddress.ofLiteral("192.0.2.1"), 1234);
    return new RequestHead(
        method, false, "web", peer, host, path, Optional.empty(), new TestHeaders());
  }

  private static Rule rule(String text) {
    try {
      return Rule.parse(text);
    } catch (RuleSyntaxException e) {
      throw new AssertionError(text, e);
    }
  }

  private static String randomRule(Random random, int depth) {
    int kind = random.nextInt(depth == 0 ? 5 : 8);
    return switch (kind) {
      case 0 -> "Host(`" + HOSTS.get(random.nextInt(HOSTS.size())) + "`)";
      case 1 -> "Host(`*." + HOSTS.get(random.nextInt(2)) + "`)";
      case 2 -> "Path(`" + PATHS.get(random.nextInt(PATHS.size())) + "`)";
      case 3 -> "PathPrefix(`" + PATHS.get(random.nextInt(PATHS.size())) + "`)";
      case 4 -> random.nextBoolean() ? "Method(`GET`)" : "Host(`*`)";
      case 5 -> "(" + randomRule(random, depth - 1) + " && " + randomRule(random, depth - 1) + ")";
      case 6 -> "(" + randomRule(random, depth - 1) + " || " + randomRule(random, depth - 1) + ")";
      default -> "!(" + randomRule(random, depth - 1) + ")";
    };
  }

  private record Entry(Rule rule, long priority, String name) {}

  @Test
  void findsWhatTryingAllRulesInOrderFinds() {
    var random = new Random(7);
    for (int round = 0; round < 300; round++) {
      var entries = new ArrayList<Entry>();
      RouteTable.Builder<String> builder = RouteTable.builder();
      for (int i = 0; i < 20; i++) {
        var entry = new Entry(rule(randomRule(random, 3)), random.nextInt(6), "r" + i);
        entries.add(entry);
        builder.add(entry.rule(), entry.priority(), 0, entry.name(), entry.name());
      }
      entries.sort(Comparator.comparingLong(Entry::priority).reversed().thenComparing(Entry::name));
      RouteTable<String> table = builder.build();
      for (String host : HOSTS) {
        for (String path : PATHS) {
          RequestHead request = request(random.nextBoolean() ? "GET" : "POST", host, path);
          Optional<String> expected =
              entries.stream()
                  .filter(entry -> entry.rule().matches(request))
                  .map(Entry::name)
                  .findFirst();

          assertThat(table.match(request))
              .as("%s%s in %s", host, path, entries)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void ofEqualPrioritiesTheProviderAndThenTheNameDecide() {
    RouteTable<String> table =
        RouteTable.<String>builder()
            .add(rule("Path(`/a`)"), 5, 1, "a", "second provider")
            .add(rule("Path(`/a`)"), 5, 0, "z", "later name")
            .add(rule("Path(`/a`)"), 5, 0, "b", "earlier name")
            .build();

    assertThat(table.match(request("GET", "h", "/a"))).contains("earlier name");
  }

  @Test
  void anEmptyTableMatchesNothing() {
    assertThat(RouteTable.<String>builder().build().match(request("GET", "h", "/"))).isEmpty();
  }
}
