package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RateLimitFieldsTest {
  private Duration now = Duration.ofHours(1);
  private final ManualScheduler scheduler = new ManualScheduler();
  private final Budgets fleet = new LocalBudgets(() -> now.toNanos());

  private MiddlewareContext context(Budgets shared) {
    var counts = Passage.counts(shared);
    return new MiddlewareContext(
        "app@file",
        "throttle@file",
        counts,
        counts,
        () -> true,
        new MemoryBound(0, () -> {}),
        scheduler,
        Passage.PARTS);
  }

  private Passage limit(String options) {
    return Passage.of(RateLimit.TYPE, options, context(fleet));
  }

  @Test
  void tellsHowManyAreLeftWhereThatIsAsked() {
    var passage = limit("{average: 10, period: 1m, burst: 2, headers: true}");

    assertThat(passage.send(TestRequest.get("/")).headers().text())
        .containsExactly(
            "ratelimit-policy: \"throttle@file\";q=2;w=12", "ratelimit: \"throttle@file\";r=1;t=6");
    now = now.plusMillis(500);
    assertThat(passage.send(TestRequest.get("/")).headers().text())
        .contains("ratelimit: \"throttle@file\";r=0;t=12");
    assertThat(passage.send(TestRequest.get("/")).headers().text())
        .containsExactly(
            "ratelimit-policy: \"throttle@file\";q=2;w=12",
            "ratelimit: \"throttle@file\";r=0;t=6",
            "retry-after: 6",
            "x-retry-in: 5.5s");
  }

  @Test
  void tellsItOfOneThatWaits() {
    var asked = new AskedBudgets();
    var step =
        Passage.of(RateLimit.TYPE, "{average: 1, budget: all, headers: true}", context(asked))
            .step();
    var wait = (Verdict.Wait) step.onRequest(TestRequest.get("/").head());
    asked.answer.complete(new Grant.Admitted(Duration.ofMillis(20), 0));
    scheduler.runAll();

    assertThat(wait.decision().toCompletableFuture().join())
        .isInstanceOfSatisfying(
            Verdict.Proceed.class, proceed -> assertThat(proceed.onResponse()).isPresent());
  }

  @Test
  void saysNothingOtherwise() {
    var passage = limit("{average: 10, period: 1m, burst: 1}");

    assertThat(passage.send(TestRequest.get("/")).headers().text()).isEmpty();
    assertThat(passage.send(TestRequest.get("/")).headers().text())
        .containsExactly("retry-after: 6", "x-retry-in: 6s");
  }
}
