package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Limit;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.side.Counted;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.TestRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rate limit while the fleet is split, or does not answer. */
final class RateLimitSplitTest {
  private boolean majority = true;
  private final Budgets fleet = new LocalBudgets(System::nanoTime);
  private Budgets node = new LocalBudgets(System::nanoTime);

  private MiddlewareContext context(Budgets shared) {
    return new MiddlewareContext(
        "app@file",
        "throttle@file",
        Passage.counts(shared),
        Passage.counts(node),
        () -> majority,
        new MemoryBound(0, () -> {}),
        new ManualScheduler(),
        Passage.PARTS);
  }

  private Passage limit(String options) {
    return Passage.of(RateLimit.TYPE, options, context(fleet));
  }

  private static List<Integer> statuses(Passage passage, int requests) {
    var statuses = new ArrayList<Integer>();
    for (int i = 0; i < requests; i++) {
      statuses.add(passage.send(TestRequest.get("/")).status());
    }
    return statuses;
  }

  @Test
  void letsAllPassOnASplitWhereThatIsAsked() {
    var passage =
        Passage.of(
            RateLimit.TYPE, "{average: 1, onSplit: allow}", context(AskedBudgets.unavailable()));

    assertThat(statuses(passage, 3)).containsOnly(200);
  }

  @Test
  void refusesAllOnASplitWhereThatIsAsked() {
    var passage =
        Passage.of(
            RateLimit.TYPE, "{average: 1, onSplit: deny}", context(AskedBudgets.unavailable()));

    var outcome = passage.send(TestRequest.get("/"));

    assertThat(outcome.status()).isEqualTo(503);
    assertThat(outcome.reachedServer()).isFalse();
  }

  @Test
  void countsTheWholeLimitOnTheNodeOnASplitWhereThatIsAsked() {
    var passage =
        Passage.of(
            RateLimit.TYPE,
            "{average: 1, period: 1h, burst: 4, onSplit: local}",
            context(AskedBudgets.unavailable()));

    assertThat(statuses(passage, 5)).containsExactly(200, 200, 200, 200, 429);
  }

  @Test
  void hasNoTokenWithoutAnAnswerOtherwise() {
    var passage =
        Passage.of(RateLimit.TYPE, "{average: 100, burst: 7}", context(AskedBudgets.unavailable()));

    var refused = passage.send(TestRequest.get("/"));

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.headers().text()).containsExactly("retry-after: 1", "x-retry-in: 1s");
  }

  @Test
  void refusesAllOnASideWithoutAMajorityWhereThatIsAsked() {
    majority = false;

    assertThat(statuses(limit("{average: 100, burst: 9, onSplit: deny}"), 1)).containsExactly(503);
    assertThat(statuses(limit("{average: 100, burst: 9, onSplit: local}"), 1)).containsExactly(200);
    majority = true;
    assertThat(statuses(limit("{average: 100, burst: 9, onSplit: deny}"), 1)).containsExactly(200);
  }

  @ParameterizedTest
  @CsvSource({
    "fair-share, BY_SHARES",
    "local, BY_EACH_SIDE",
    "deny, BY_EACH_SIDE",
    "allow, BY_EACH_SIDE"
  })
  void saysWhatASideOfASplitHas(String onSplit, Counted counted) {
    var asked = AskedBudgets.unavailable();
    Passage.of(RateLimit.TYPE, "{average: 1, onSplit: " + onSplit + "}", context(asked))
        .send(TestRequest.get("/"));

    assertThat(asked.limits).extracting(Limit::counted).containsExactly(counted);
  }

  @Test
  void answers503WhenNotEvenTheNodeCanCount() {
    node = AskedBudgets.unavailable();
    var passage =
        Passage.of(
            RateLimit.TYPE, "{average: 1, onSplit: local}", context(AskedBudgets.unavailable()));

    assertThat(passage.send(TestRequest.get("/")).status()).isEqualTo(503);
  }
}
