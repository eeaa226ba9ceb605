package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.local.LocalBreakers;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalQuotas;
import io.phalanx.cluster.local.LocalSlots;
import io.phalanx.cluster.quota.Admission;
import io.phalanx.cluster.quota.Quotas;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuotaLimitTest {
  private static final Quotas UNAVAILABLE =
      (_, _, _) -> CompletableFuture.completedStage(new Admission.Unavailable("cut off"));

  @TempDir private Path directory;
  private Instant now = Instant.parse("2026-11-26T10:20:30Z");
  private LocalQuotas fleet;
  private LocalQuotas node;
  private boolean majority = true;

  @BeforeEach
  void open() throws IOException {
    fleet = LocalQuotas.open(directory.resolve("fleet"), () -> now);
    node = LocalQuotas.open(directory.resolve("node"), () -> now);
  }

  @AfterEach
  void close() {
    fleet.close();
    node.close();
  }

  private static Counts counts(Quotas quotas) {
    return new Counts(
        new LocalBudgets(System::nanoTime),
        new LocalSlots(),
        quotas,
        new LocalBreakers(System::nanoTime));
  }

  private Passage quota(String options, Quotas shared, String router) {
    return Passage.of(
        QuotaLimit.TYPE,
        options,
        new MiddlewareContext(
            router,
            "per-client@file",
            counts(shared),
            counts(node),
            () -> majority,
            new MemoryBound(0, () -> {}),
            new ManualScheduler(),
            Passage.PARTS));
  }

  private Passage quota(String options) {
    return quota(options, fleet, "app@file");
  }

  private static List<Integer> statuses(Passage passage, int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> passage.send(TestRequest.get("/")).status())
        .toList();
  }

  @Test
  void admitsTheAmountWithinTheWindowAndTellsOthersWhenItTurns() {
    var passage = quota("{amount: 3, period: day, timezone: Europe/Berlin}");

    assertThat(statuses(passage, 5)).containsExactly(200, 200, 200, 429, 429);
    var refused = passage.send(TestRequest.get("/"));
    assertThat(refused.body()).isEqualTo("Too Many Requests");
    assertThat(refused.reachedServer()).isFalse();
    assertThat(String.join("\n", refused.headers().text()))
        .matches(
            """
            ratelimit-policy: "per-client@file";q=3;w=86400
            ratelimit: "per-client@file";r=0;t=455[67].
            retry-after: 455[67].\
            """);
  }

  @Test
  void beginsAnewWhenTheWindowTurns() {
    assertThat(statuses(quota("{amount: 1, period: month}"), 2)).containsExactly(200, 429);
    now = Instant.parse("2026-12-01T00:00:00Z");
    // What is known of a refusal counts for half a second; another process knows nothing of it.
    fleet.close();
    reopen();
    assertThat(statuses(quota("{amount: 1, period: month}"), 2)).containsExactly(200, 429);
  }

  private void reopen() {
    try {
      fleet = LocalQuotas.open(directory.resolve("fleet"), () -> now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void goesOnCountingAfterARestart() {
    for (String kind : List.of("fixed", "sliding")) {
      String options = "{amount: 3, period: 24h, kind: " + kind + "}";
      assertThat(statuses(quota(options), 2)).containsExactly(200, 200);
      fleet.close();
      reopen();
      assertThat(statuses(quota(options), 2)).containsExactly(200, 429);
    }
  }

  @Test
  void tellsThoseWhoPassHowManyAreLeft() {
    var passage = quota("{amount: 3, period: 1h, budget: 'a \"b\" \\ ü'}");

    var answer = passage.send(TestRequest.get("/"), 200, "RateLimit", "\"inner\";r=1;t=1");
    assertThat(String.join("\n", answer.headers().text()))
        .matches(
            Pattern.quote(
                    """
                    ratelimit-policy: "a \\"b\\" \\\\ %c3%bc";q=3;w=3600
                    ratelimit: "inner";r=1;t=1, "a \\"b\\" \\\\ %c3%bc";r=2;t=23\
                    """)
                + "[67].");
  }

  @Test
  void saysNoLengthOfMonthsAndNothingWhereThatIsAsked() {
    assertThat(quota("{amount: 3, period: month}").send(TestRequest.get("/")).headers().text())
        .contains("ratelimit-policy: \"per-client@file\";q=3");
    assertThat(
            quota("{amount: 5, period: month, headers: false}")
                .send(TestRequest.get("/"))
                .headers()
                .text())
        .isEmpty();
  }

  @Test
  void countsEachSourceAndRouterForItselfUnlessABudgetIsNamed() {
    String own = "{amount: 1, period: day, sourceCriterion: {requestHeaderName: X-Key}}";
    var left = quota(own, fleet, "left@file");
    assertThat(left.send(TestRequest.get("/").with("X-Key", "a")).status()).isEqualTo(200);
    assertThat(left.send(TestRequest.get("/").with("X-Key", "b")).status()).isEqualTo(200);
    assertThat(left.send(TestRequest.get("/").with("X-Key", "a")).status()).isEqualTo(429);
    assertThat(statuses(quota(own, fleet, "right@file"), 1)).containsExactly(200);

    String shared = "{amount: 1, period: day, budget: all}";
    assertThat(statuses(quota(shared, fleet, "left@file"), 1)).containsExactly(200);
    assertThat(statuses(quota(shared, fleet, "right@file"), 1)).containsExactly(429);
  }

  @Test
  void countsOnTheNodeWhereThatIsTheScope() {
    var passage = quota("{amount: 1, period: day, scope: node}", UNAVAILABLE, "app@file");

    assertThat(statuses(passage, 2)).containsExactly(200, 429);
  }

  @ParameterizedTest
  @CsvSource({
    "fair-share, 503 503 503",
    "deny,       503 503 503",
    "local,      200 200 429",
    "allow,      200 200 200",
  })
  void answersAsItIsToldWhereTheFleetDoesNot(String onSplit, String statuses) {
    var passage =
        quota("{amount: 2, period: day, onSplit: " + onSplit + "}", UNAVAILABLE, "app@file");

    assertThat(statuses(passage, 3))
        .isEqualTo(Arrays.stream(statuses.split(" ")).map(Integer::valueOf).toList());
  }

  @Test
  void refusesAllOnASideWithoutAMajorityWhereThatIsAsked() {
    majority = false;

    assertThat(statuses(quota("{amount: 2, period: day, onSplit: deny}"), 1)).containsExactly(503);
    assertThat(statuses(quota("{amount: 2, period: day, onSplit: local}"), 1)).containsExactly(200);
    majority = true;
    assertThat(statuses(quota("{amount: 2, period: day, onSplit: deny}"), 1)).containsExactly(200);
  }

  @Test
  void waitsForTheFleetWithoutAThread() {
    var answer = new CompletableFuture<Admission>();
    var step = quota("{amount: 2, period: day, headers: false}", (_, _, _) -> answer, "a").step();

    var wait = (Verdict.Wait) step.onRequest(TestRequest.get("/").head());
    assertThat(wait.decision().toCompletableFuture()).isNotDone();
    answer.complete(new Admission.Admitted(1, Duration.ZERO));
    assertThat(wait.decision().toCompletableFuture()).isCompletedWithValue(Verdict.PROCEED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{period: day} | amount must be above 0",
        "{amount: 1} | period is needed",
        "{amount: 1, period: fortnight} | fortnight",
        "{amount: 1, period: 10ms} | from PT1S to PT744H",
        "{amount: 1, period: 800h} | from PT1S to PT744H",
        "{amount: 1, period: 30s, kind: sliding} | from PT1M to PT744H",
        "{amount: 1, period: month, kind: sliding} | months differ",
        "{amount: 1, period: day, timezone: Mars/Olympus} | Mars/Olympus",
        "{amount: 1, period: 24h, timezone: UTC} | timezone is for",
        "{amount: 1, period: day, kind: rolling} | rolling",
        "{amount: 9000000000000, period: day} | amount is from 1",
      })
  void refusesBadSettingsByName(String options, String named) {
    assertThatThrownBy(() -> quota(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }
}
