package io.phalanx.it.routing;

import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.routing.RouteTable;
import io.phalanx.node.rule.Rule;
import io.phalanx.node.rule.RuleSyntaxException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The router of one request among many, of which each request asks for another one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MatchingBenchmark {
  private static final int REQUESTS = 1 << 16;

  /** What tells the routers apart. */
  public enum Rules {
    /** Each has a host of its own. */
    HOST,

    /** A hundred paths below each host. */
    HOST_AND_PREFIX,

    /** All have one host, and paths of their own. */
    PREFIX
  }

  @Param({"10", "10000", "100000"})
  private int routers;

  @Param private Rules rules = Rules.HOST;

  private RouteTable<Integer> table = RouteTable.<Integer>builder().build();
  private List<RequestHead> requests = List.of();
  private int next;

  private static String host(Rules rules, int router) {
    return switch (rules) {
      case HOST -> "app-" + router + ".example.com";
      case HOST_AND_PREFIX -> "app-" + router / 100 + ".example.com";
      case PREFIX -> "example.com";
    };
  }

  private static String prefix(Rules rules, int router) {
    return switch (rules) {
      case HOST -> "";
      case HOST_AND_PREFIX -> "/part-" + router % 100;
      case PREFIX -> "/part-" + router;
    };
  }

  @Setup
  public void fill() throws RuleSyntaxException {
    RouteTable.Builder<Integer> builder = RouteTable.builder();
    for (int i = 0; i < routers; i++) {
      String prefix = prefix(rules, i);
      Rule rule =
          Rule.parse(
              "Host(`"
                  + host(rules, i)
                  + "`)"
                  + (prefix.isEmpty() ? "" : " && PathPrefix(`" + prefix + "`)"));
      builder.add(rule, rule.defaultPriority(), 0, "router-" + i, i);
    }
    table = builder.build();
    var random = new Random(17);
    var heads = new ArrayList<RequestHead>();
    for (int i = 0; i < REQUESTS; i++) {
      int router = random.nextInt(routers);
      heads.add(
          new RequestHead(
              "GET",
              false,
              "web",
              Peer.of(InetAddress.getLoopbackAddress(), 4711),
              host(rules, router),
              prefix(rules, router) + "/some/thing",
              Optional.empty(),
              new HeaderLines()));
    }
    requests = heads;
    for (RequestHead head : heads) {
      if (table.match(head).isEmpty()) {
        throw new IllegalStateException("no router for " + head.host() + head.path());
      }
    }
  }

  @Benchmark
  public Optional<Integer> match() {
    return table.match(requests.get(next++ & (REQUESTS - 1)));
  }
}
