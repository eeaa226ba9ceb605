package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RateLimitTest {
  private Duration now = Duration.ofHours(1);
  private final ManualScheduler scheduler = new ManualScheduler();
  private final Budgets fleet = new LocalBudgets(() -> now.toNanos());
  private final Budgets node = new LocalBudgets(() -> now.toNanos());

  private MiddlewareContext context(String router, Budgets shared) {
    return new MiddlewareContext(
        router,
        "throttle@file",
        Passage.counts(shared),
        Passage.counts(node),
        () -> true,
        new MemoryBound(0, () -> {}),
        scheduler,
        Passage.PARTS);
  }

  private MiddlewareContext context(Budgets shared) {
    return context("app@file", shared);
  }

  private Passage limit(String options) {
    return Passage.of(RateLimit.TYPE, options, context(fleet));
  }

  private static List<Integer> statuses(Passage passage, TestRequest... requests) {
    return List.of(requests).stream().map(request -> passage.send(request).status()).toList();
  }

  private static TestRequest[] times(int count, TestRequest request) {
    var all = new TestRequest[count];
    java.util.Arrays.fill(all, request);
    return all;
  }

  @Test
  void admitsTheBurstAndTellsOthersWhenToComeBack() {
    var passage = limit("{average: 1, period: 1h, burst: 5}");

    assertThat(statuses(passage, times(8, TestRequest.get("/cart"))))
        .containsExactly(200, 200, 200, 200, 200, 429, 429, 429);
    now = now.plusMillis(1500);
    var refused = passage.send(TestRequest.get("/cart"));
    assertThat(refused.body()).isEqualTo("Too Many Requests");
    assertThat(refused.headers().text())
        .containsExactly("retry-after: 3599", "x-retry-in: 59m58.5s");
    assertThat(refused.reachedServer()).isFalse();
  }

  @Test
  void getsTokensBackWithTimeAndNoMoreThanTheBurst() {
    var passage = limit("{average: 1, period: 3s, burst: 1}");

    assertThat(statuses(passage, times(2, TestRequest.get("/")))).containsExactly(200, 429);
    now = now.plusSeconds(30);
    assertThat(statuses(passage, times(2, TestRequest.get("/")))).containsExactly(200, 429);
  }

  @Test
  void countsByPeerIfNothingElseIsAskedFor() {
    var passage = limit("{average: 1, period: 1h}");

    assertThat(
            statuses(
                passage,
                TestRequest.get("/").from("192.0.2.1"),
                TestRequest.get("/").from("192.0.2.1"),
                TestRequest.get("/").from("192.0.2.2")))
        .containsExactly(200, 429, 200);
  }

  @Test
  void countsAHostOnceHoweverItIsSpelt() {
    var passage = limit("{average: 1, period: 1h, sourceCriterion: {requestHost: true}}");

    assertThat(
            statuses(
                passage,
                TestRequest.get("/").host("red.test"),
                TestRequest.get("/").host("blue.test"),
                TestRequest.get("/").host("RED.test"),
                TestRequest.get("/").host("red.test:8080"),
                TestRequest.get("/").host("red.test.").from("192.0.2.99")))
        .containsExactly(200, 200, 429, 429, 429);
  }

  @Test
  void countsByHeaderAndThoseWithoutItTogether() {
    var passage = limit("{average: 1, period: 1h, sourceCriterion: {requestHeaderName: x-key}}");

    assertThat(
            statuses(
                passage,
                TestRequest.get("/").with("X-Key", "a"),
                TestRequest.get("/").with("X-Key", "b"),
                TestRequest.get("/").with("X-Key", "a"),
                TestRequest.get("/"),
                TestRequest.get("/")))
        .containsExactly(200, 200, 429, 200, 429);
  }

  @Test
  void keepsHeaderValuesOutOfTheFleet() {
    var asked = AskedBudgets.unavailable();
    var passage =
        Passage.of(
            RateLimit.TYPE,
            "{average: 1, onSplit: allow, sourceCriterion: {requestHeaderName: Authorization}}",
            context(asked));

    passage.send(TestRequest.get("/").with("Authorization", "Bearer s3cret"));
    passage.send(TestRequest.get("/").with("Authorization", "x".repeat(100_000)));

    assertThat(asked.keys)
        .allSatisfy(key -> assertThat(key).doesNotContain("s3cret").hasSizeLessThan(200));
  }

  @Test
  void countsByAddressInTheForwardedChain() {
    var passage =
        limit("{average: 2, period: 24h, burst: 2, sourceCriterion: {ipStrategy: {depth: 2}}}");
    TestRequest client =
        TestRequest.get("/").with("X-Forwarded-For", "198.51.100.1, 203.0.113.5, 10.0.0.1");
    TestRequest other =
        TestRequest.get("/").with("X-Forwarded-For", "198.51.100.1, 203.0.113.6, 10.0.0.1");
    TestRequest tooShort = TestRequest.get("/").with("X-Forwarded-For", "10.0.0.1");

    assertThat(
            statuses(
                passage,
                client,
                client,
                client,
                TestRequest.get("/").with("X-Forwarded-For", "203.0.113.5, 10.0.0.2"),
                other,
                tooShort,
                TestRequest.get("/"),
                tooShort))
        .containsExactly(200, 200, 429, 429, 200, 200, 200, 429);
  }

  @Test
  void countsByTheFirstAddressFromTheRightThatIsNotExcluded() {
    var passage =
        limit(
            "{average: 1, period: 1h, sourceCriterion: {ipStrategy: {excludedIPs: [10.0.0.0/8,"
                + " 192.0.2.7]}}}");

    assertThat(
            statuses(
                passage,
                TestRequest.get("/").with("X-Forwarded-For", "203.0.113.5, 192.0.2.7, 10.9.9.9"),
                TestRequest.get("/")
                    .with("X-Forwarded-For", "198.51.100.1, 203.0.113.5,, 10.1.1.1"),
                TestRequest.get("/").with("X-Forwarded-For", "203.0.113.5, 203.0.113.6"),
                TestRequest.get("/").with("X-Forwarded-For", "10.0.0.1"),
                TestRequest.get("/").with("X-Forwarded-For", "1, not an address"),
                TestRequest.get("/").with("X-Forwarded-For", "")))
        .containsExactly(200, 429, 200, 200, 200, 429);
  }

  @Test
  void countsIpv6ClientsByTheirNetwork() {
    var passage =
        limit("{average: 1, period: 1h, sourceCriterion: {ipStrategy: {ipv6Subnet: 64}}}");

    assertThat(
            statuses(
                passage,
                TestRequest.get("/").from("2001:db8:1:2::1"),
                TestRequest.get("/").from("2001:db8:1:2:ffff::9"),
                TestRequest.get("/").from("2001:db8:1:3::1"),
                TestRequest.get("/").from("192.0.2.1"),
                TestRequest.get("/").from("192.0.2.2")))
        .containsExactly(200, 429, 200, 200, 200);
  }

  @Test
  void routersThatNameTheSameMiddlewareHaveTheirOwnBuckets() {
    String options = "{average: 1, period: 1h, burst: 1}";
    var left = Passage.of(RateLimit.TYPE, options, context("left@file", fleet));
    var right = Passage.of(RateLimit.TYPE, options, context("right@file", fleet));

    assertThat(statuses(left, times(2, TestRequest.get("/")))).containsExactly(200, 429);
    assertThat(statuses(right, times(2, TestRequest.get("/")))).containsExactly(200, 429);
  }

  @Test
  void routersThatNameABudgetShareIt() {
    String options = "{average: 1, period: 1h, burst: 2, budget: all}";
    var left = Passage.of(RateLimit.TYPE, options, context("left@file", fleet));
    var right = Passage.of(RateLimit.TYPE, options, context("right@file", fleet));

    assertThat(statuses(left, TestRequest.get("/"))).containsExactly(200);
    assertThat(statuses(right, times(2, TestRequest.get("/")))).containsExactly(200, 429);
  }

  @Test
  void keepsItsBucketsWhenItIsBuiltAnew() {
    String options = "{average: 1, period: 1h, burst: 2}";

    assertThat(statuses(limit(options), times(2, TestRequest.get("/")))).containsExactly(200, 200);
    assertThat(statuses(limit(options), TestRequest.get("/"))).containsExactly(429);
  }

  @Test
  void countsOnTheNodeWhereThatIsTheScope() {
    var asked = new AskedBudgets();
    var passage =
        Passage.of(
            RateLimit.TYPE, "{average: 1, period: 1h, burst: 1, scope: node}", context(asked));

    assertThat(statuses(passage, times(2, TestRequest.get("/")))).containsExactly(200, 429);
    assertThat(asked.keys).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1s, 500",
    "1, 1h, 500",
    "10, 1s, 50",
    "15, 10s, 500",
    "25, 10s, 250",
    "100, 1s, 5",
    "60, 1m, 500",
  })
  void waitsForATokenAtMostHalfTheTimeOfOne(long average, String period, long millis) {
    var asked = AskedBudgets.unavailable();
    Passage.of(
            RateLimit.TYPE,
            "{average: " + average + ", period: " + period + ", onSplit: allow}",
            context(asked))
        .send(TestRequest.get("/"));

    assertThat(asked.maxDelays).containsExactly(Duration.ofMillis(millis));
  }

  @Test
  void letsARequestThatComesALittleEarlyWaitWithoutAThread() {
    var step = limit("{average: 10, burst: 1}").step();
    assertThat(step.onRequest(TestRequest.get("/").head())).isEqualTo(Verdict.PROCEED);
    now = now.plusMillis(60);

    Verdict early = step.onRequest(TestRequest.get("/").head());

    assertThat(scheduler.delays()).containsExactly(Duration.ofMillis(40));
    assertThat(early).isInstanceOf(Verdict.Wait.class);
    CompletableFuture<Verdict> decision = ((Verdict.Wait) early).decision().toCompletableFuture();
    assertThat(decision).isNotDone();
    scheduler.runAll();
    assertThat(decision).isCompletedWithValue(Verdict.PROCEED);
  }

  @Test
  void decidesWhenTheFleetAnswersLater() {
    var asked = new AskedBudgets();
    var step = Passage.of(RateLimit.TYPE, "{average: 1, period: 1h}", context(asked)).step();

    var wait = (Verdict.Wait) step.onRequest(TestRequest.get("/").head());
    CompletableFuture<Verdict> decision = wait.decision().toCompletableFuture();
    assertThat(decision).isNotDone();
    asked.answer.complete(new Grant.Admitted(Duration.ofMillis(20), 0));

    assertThat(decision).isNotDone();
    assertThat(scheduler.delays()).containsExactly(Duration.ofMillis(20));
    scheduler.runAll();
    assertThat(decision).isCompletedWithValue(Verdict.PROCEED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{burst: 1}", "{average: 0}", "{average: 0, redis: {db: 1}}"})
  void letsAllPassWithoutAnAverage(String options) {
    assertThat(statuses(limit(options), times(3, TestRequest.get("/")))).containsOnly(200);
  }

  @Test
  void countsWithoutRedisThoughItIsGiven() {
    var passage =
        limit("{average: 1, period: 1h, redis: {endpoints: [\"cache:6379\"], password: hush}}");

    assertThat(statuses(passage, times(2, TestRequest.get("/")))).containsExactly(200, 429);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{average: 100, period: -5s} | period",
        "{average: -1} | average",
        "{average: 2, period: 1ns} | average",
        "{average: 1, sourceCriterion: {requestHost: true, requestHeaderName: X-Key}} | one of",
        "{average: 1, sourceCriterion: {requestHeaderName: 'a b'}} | a b",
        "{average: 1, sourceCriterion: {ipStrategy: {excludedIPs: [10.0.0.0/99]}}} | 10.0.0.0/99",
      })
  void refusesBadSettingsByName(String options, String named) {
    assertThatThrownBy(() -> limit(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }
}
