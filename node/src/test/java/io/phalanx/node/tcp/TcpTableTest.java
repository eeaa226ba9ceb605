package io.phalanx.node.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.rule.Opening;
import io.phalanx.node.rule.TcpCondition;
import io.phalanx.node.rule.TcpRule;
import io.phalanx.node.tcp.TcpRoute.Encryption;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TcpTableTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("10.0.0.1");

  private static TcpRoute route(String name) {
    return new TcpRoute(name, new Encryption.Passthrough(), List.of(), TcpEndpoint.NOTHING);
  }

  private static Opening opening(String name) {
    return new Opening(name, CLIENT, List.of("h2"));
  }

  private static String found(TcpTable table, String name) {
    return table.match(opening(name)).map(match -> match.route().router()).orElse("-");
  }

  @Test
  void theHighestPriorityWinsThenTheProviderThenTheName() throws Exception {
    TcpTable table =
        TcpTable.builder()
            .add(TcpRule.parse("HostSNI(`*`)"), 5, 0, route("five"))
            .add(TcpRule.parse("HostSNI(`a.test`)"), 5, 1, route("later"))
            .add(TcpRule.parse("HostSNI(`*.test`)"), 7, 1, route("seven-b"))
            .add(TcpRule.parse("HostSNI(`b.test`)"), 7, 1, route("seven-a"))
            .build();

    assertThat(found(table, "a.test")).isEqualTo("seven-b");
    assertThat(found(table, "b.test")).isEqualTo("seven-a");
    assertThat(found(table, "a.b.test")).isEqualTo("five");
    assertThat(found(table, "")).isEqualTo("five");
  }

  @Test
  void rulesOfOtherNamesAreNotLookedAt() {
    var looks = new AtomicInteger();
    TcpTable.Builder builder = TcpTable.builder();
    for (int i = 0; i < 10_000; i++) {
      TcpCondition named =
          new TcpCondition.And(
              List.of(
                  new TcpCondition.Test(_ -> looks.incrementAndGet() > 0),
                  i % 2 == 0
                      ? new TcpCondition.NameIs("h" + i + ".test")
                      : new TcpCondition.NameUnder(".h" + i + ".test")));
      builder.add(new TcpRule("rule " + i, named), i, 0, route("r" + i));
    }
    TcpTable table = builder.build();

    assertThat(found(table, "h4.test")).isEqualTo("r4");
    assertThat(found(table, "any.h5.test")).isEqualTo("r5");
    assertThat(found(table, "none.test")).isEqualTo("-");
    assertThat(looks.get()).isEqualTo(2);
  }

  /** What an index finds is what trying one after another finds. */
  @Test
  void theIndexChangesNothing() throws Exception {
    var random = new Random(7);
    String[] atoms = {
      "HostSNI(`a.test`)",
      "HostSNI(`b.test`)",
      "HostSNI(`*.test`)",
      "HostSNI(`*.a.test`)",
      "HostSNI(`*`)",
      "ALPN(`h2`)",
      "ALPN(`x`)",
      "ClientIP(`10.0.0.0/8`)",
      "ClientIP(`11.0.0.1`)",
      "HostSNIRegexp(`^b`)"
    };
    for (int round = 0; round < 300; round++) {
      var rules = new ArrayList<TcpRule>();
      TcpTable.Builder builder = TcpTable.builder();
      for (int i = 0; i < 8; i++) {
        TcpRule rule = TcpRule.parse(random(random, atoms, 3));
        rules.add(rule);
        builder.add(rule, 100 - i, 0, route("r" + i));
      }
      TcpTable table = builder.build();
      for (String name : List.of("", "a.test", "b.test", "c.test", "x.a.test", "test")) {
        String expected = "-";
        for (int i = rules.size() - 1; i >= 0; i--) {
          expected = rules.get(i).matches(opening(name)) ? "r" + i : expected;
        }
        assertThat(found(table, name)).as("%s in %s", name, rules).isEqualTo(expected);
      }
    }
  }

  private static String random(Random random, String[] atoms, int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(5)) {
      case 1 -> "!(" + random(random, atoms, depth - 1) + ")";
      case 2 ->
          "(" + random(random, atoms, depth - 1) + " && " + random(random, atoms, depth - 1) + ")";
      case 3 ->
          "(" + random(random, atoms, depth - 1) + " || " + random(random, atoms, depth - 1) + ")";
      default -> atoms[random.nextInt(atoms.length)];
    };
  }
}
