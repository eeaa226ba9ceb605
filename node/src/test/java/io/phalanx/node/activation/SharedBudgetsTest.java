package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Signing;
import io.phalanx.node.middleware.InFlightReq;
import io.phalanx.node.middleware.QuotaLimit;
import io.phalanx.node.middleware.RateLimit;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SharedBudgetsTest {
  private static List<String> problems(String middlewares) {
    var read = DynamicConfigReader.read("f.yml", "http:\n  middlewares:\n" + middlewares.indent(4));
    assertThat(read.decoded().problems()).isEmpty();
    var compiler =
        TestCompiler.of(
            List.of(RateLimit.TYPE, InFlightReq.TYPE, QuotaLimit.TYPE),
            purpose -> Signing.of(List.of(FleetKey.generate()), purpose));
    return compiler
        .compile(new TreeMap<>(Map.of("file", read.decoded().value().orElseThrow())))
        .problems()
        .stream()
        .map(problem -> problem.path().replace("http.middlewares.", "") + ": " + problem.message())
        .toList();
  }

  @Test
  void whatIsLimitedAlikeIsShared() {
    assertThat(
            problems(
                """
                a: {rateLimit: {average: 5, budget: all}}
                b: {rateLimit: {average: 5, period: 1s, budget: all, headers: true,
                    sourceCriterion: {requestHost: true}}}
                c: {rateLimit: {average: 6, budget: all, scope: node}}
                d: {inFlightReq: {amount: 5, budget: all}}
                e: {quota: {amount: 5, period: 1h, budget: all}}
                """))
        .isEmpty();
  }

  @Test
  void anotherLimitIsRefused() {
    assertThat(
            problems(
                """
                a: {rateLimit: {average: 5, budget: all}}
                b: {rateLimit: {average: 5, burst: 2, budget: all}}
                c: {inFlightReq: {amount: 5, budget: all}}
                d: {inFlightReq: {amount: 6, budget: all}}
                e: {quota: {amount: 5, period: 1h, budget: all}}
                f: {quota: {amount: 5, period: 1h, kind: sliding, budget: all}}
                g: {inFlightReq: {amount: 6, budget: ""}}
                """))
        .containsExactlyInAnyOrder(
            "b.rateLimit: is not served: budget \"all\" has another limit in middleware"
                + " \"a@file\": what is shared is limited alike",
            "d.inFlightReq: is not served: budget \"all\" has another limit in middleware"
                + " \"c@file\": what is shared is limited alike",
            "f.quota: is not served: budget \"all\" has another limit in middleware \"e@file\":"
                + " what is shared is limited alike",
            "g.inFlightReq: is not served: a budget has a name");
  }
}
