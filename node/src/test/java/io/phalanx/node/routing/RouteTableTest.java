package io.phalanx.node.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.TestHeaders;
import io.phalanx.node.rule.Condition;
import io.phalanx.node.rule.Rule;
import io.phalanx.node.rule.RuleSyntaxException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final List<String> HOSTS =
      List.of("a.test", "b.test", "x.a.test", "y.x.a.test", "c", "", ".a.test");
  private static final List<String> PATHS =
      List.of("/", "/a", "/a/b", "/ab", "/b", "/a/b/c", "/%61b", "/a%2Fb", "/a!");

  private static final List<String> OTHERS =
      List.of("Method(`GET`)", "Host(`*`)", "HostRegexp(`a`)", "PathRegexp(`b$`)");

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
    int kind = random.nextInt(depth == 0 ? 6 : 9);
    return switch (kind) {
      case 0 -> "Host(`" + host(random) + "`)";
      case 1 -> "Host(`*." + HOSTS.get(random.nextInt(2)) + "`)";
      case 2 -> "Path(`" + PATHS.get(random.nextInt(PATHS.size())) + "`)";
      case 3 -> "PathPrefix(`" + PATHS.get(random.nextInt(PATHS.size())) + "`)";
      case 4 -> OTHERS.get(random.nextInt(OTHERS.size()));
      case 5 ->
          Stream.generate(() -> "Host(`" + host(random) + "`)")
              .limit(5)
              .collect(Collectors.joining(" || ", "(", ")"));
      case 6 -> "(" + randomRule(random, depth - 1) + " && " + randomRule(random, depth - 1) + ")";
      case 7 -> "(" + randomRule(random, depth - 1) + " || " + randomRule(random, depth - 1) + ")";
      default -> "!(" + randomRule(random, depth - 1) + ")";
    };
  }

  private static String host(Random random) {
    return HOSTS.get(random.nextInt(5));
  }

  private record Entry(Rule rule, long priority, String name) {}

  @Test
  void findsWhatTryingAllRulesInOrderFinds() {
    var random = new Random(7);
    for (int round = 0; round < 400; round++) {
      var entries = new ArrayList<Entry>();
      RouteTable.Builder<String> builder = RouteTable.builder();
      for (int i = 0; i < 25; i++) {
        var entry = new Entry(rule(randomRule(random, 4)), random.nextInt(6), "r" + i);
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

  private static Rule counted(Condition index, AtomicInteger tried) {
    Condition counter = new Condition.Test(_ -> tried.incrementAndGet() > 0);
    return new Rule("counted", new Condition.And(List.of(index, counter)));
  }

  @Test
  void rulesOfOtherHostsAndPathsAreNotTried() {
    var tried = new AtomicInteger();
    RouteTable.Builder<Integer> builder = RouteTable.builder();
    for (int i = 0; i < 1000; i++) {
      builder.add(counted(new Condition.HostIs("h" + i), tried), 1, 0, "exact" + i, i);
      builder.add(counted(new Condition.HostUnder(".d" + i), tried), 2, 0, "domain" + i, i);
      builder.add(counted(new Condition.PathIs("/p" + i), tried), 3, 0, "path" + i, i);
      builder.add(counted(new Condition.PathStarts("/s" + i + "/"), tried), 4, 0, "prefix" + i, i);
    }
    RouteTable<Integer> table = builder.build();

    assertThat(table.match(request("GET", "h7", "/"))).contains(7);
    assertThat(table.match(request("GET", "x.d8", "/"))).contains(8);
    assertThat(table.match(request("GET", "other", "/p9"))).contains(9);
    assertThat(table.match(request("GET", "other", "/s10/x"))).contains(10);
    assertThat(tried).hasValue(4);
  }

  @Test
  void aRuleOfManyHostsAndAProductOfAlternativesAreFoundByAnyOfThem() {
    String hosts =
        IntStream.range(0, 5000)
            .mapToObj(i -> "Host(`h" + i + ".test`)")
            .collect(Collectors.joining(" || "));
    String paths =
        IntStream.range(0, 100)
            .mapToObj(i -> "Path(`/p" + i + "`)")
            .collect(Collectors.joining(" || "));
    RouteTable<String> table =
        RouteTable.<String>builder()
            .add(rule("(" + hosts + ") && (" + paths + ")"), 1, 0, "many", "many")
            .build();

    assertThat(table.match(request("GET", "h4999.test", "/p99"))).contains("many");
    assertThat(table.match(request("GET", "h5000.test", "/p99"))).isEmpty();
    assertThat(table.match(request("GET", "h0.test", "/p100"))).isEmpty();
  }

  @Test
  void aMatchOfAHostIsNotHeldUpByRulesOfLowerPriorityThatHaveNoHost() {
    var tried = new AtomicInteger();
    RouteTable<String> table =
        RouteTable.<String>builder()
            .add(rule("Host(`a.test`)"), 2, 0, "host", "host")
            .add(counted(new Condition.PathStarts("/"), tried), 1, 0, "rest", "rest")
            .build();

    assertThat(table.match(request("GET", "a.test", "/"))).contains("host");
    assertThat(tried).hasValue(0);
    assertThat(table.match(request("GET", "b.test", "/"))).contains("rest");
  }
}
