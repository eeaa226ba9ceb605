package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.cluster.breaker.Breaker;
import io.phalanx.cluster.breaker.BreakerKeeper;
import io.phalanx.cluster.breaker.Breakers;
import io.phalanx.cluster.breaker.Motion;
import io.phalanx.cluster.breaker.Reply;
import io.phalanx.cluster.breaker.SharedBreakers;
import io.phalanx.cluster.local.LocalBreakers;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSlots;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.pipeline.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CircuitBreakerTest {
  private static final String HALF_UNREACHABLE =
      "{expression: 'NetworkErrorRatio() >= 0.5', checkPeriod: 1ns}";
  private static final ExchangeHandler FINE = exchange -> exchange.respond(Answer.text(200, "ok"));
  private static final ExchangeHandler UNREACHABLE =
      exchange ->
          exchange.fail(
              new Failure.UpstreamFault(
                  "http://h",
                  Failure.UpstreamFault.Stage.CONNECTING,
                  Failure.UpstreamFault.Kind.UNREACHABLE,
                  "refused"));

  private long now;
  private final Counts counts = counts(new LocalBreakers(() -> now));
  private Counts fleet = counts;

  private Counts counts(Breakers breakers) {
    return new Counts(new LocalBudgets(() -> now), new LocalSlots(), Passage.NO_QUOTAS, breakers);
  }

  private Passage fuse(String router, String options) {
    return Passage.of(
        CircuitBreaker.TYPE,
        options,
        new MiddlewareContext(
            router,
            "fuse@file",
            fleet,
            counts,
            () -> true,
            new MemoryBound(0, () -> {}),
            new ManualScheduler(),
            Passage.PARTS));
  }

  private TestExchange send(Passage passage, ExchangeHandler behind) {
    now += 1_000_000;
    var exchange = new TestExchange(TestRequest.get("/").head());
    if (passage.step().onRequest(exchange.request()) instanceof Verdict.Enclose enclose) {
      enclose.enclosure().answer(exchange, behind);
    }
    return exchange;
  }

  @Test
  void refusesWithoutAskingAnybodyOnceItTripped() {
    Passage passage = fuse("app@file", HALF_UNREACHABLE);
    send(passage, UNREACHABLE);
    var reached = new ArrayList<Exchange>();
    TestExchange refused = send(passage, reached::add);

    assertThat(refused.answer()).contains(Answer.text(503, "Service Unavailable"));
    assertThat(reached).isEmpty();
  }

  @Test
  void answersWithTheStatusThatIsAskedFor() {
    Passage passage =
        fuse("app@file", "{expression: 'NetworkErrorRatio() > 0.5', responseCode: 418}");
    send(passage, UNREACHABLE);
    assertThat(send(passage, FINE).answer()).contains(Answer.text(418, "I'm a teapot"));
  }

  @Test
  void goesOnAsLongAsTheExpressionDoesNotHold() {
    Passage passage = fuse("app@file", HALF_UNREACHABLE);
    send(passage, FINE);
    send(passage, FINE);
    send(passage, FINE);
    send(passage, UNREACHABLE);
    send(passage, UNREACHABLE);
    assertThat(send(passage, FINE).answer()).contains(Answer.text(200, "ok"));
  }

  @Test
  void countsAnAnswerOnceItsHeadIsThereAndBeforeTheClientSeesIt() {
    Passage passage = fuse("app@file", "{expression: 'ResponseCodeRatio(500, 600, 0, 600) > 0.5'}");
    var open = new ArrayList<Exchange>();
    send(passage, open::add);
    assertThat(send(passage, open::add).answer()).isEmpty();
    open.getFirst().response().status(500);
    open.getFirst().startResponse(-1);
    assertThat(send(passage, open::add).answer().map(Answer::status)).contains(503);
    assertThat(open).hasSize(2);
  }

  @Test
  void countsAnAnswerThatBreaksOffByTheFaultOfTheServerAsAnother() {
    Passage passage = fuse("app@file", HALF_UNREACHABLE);
    send(
        passage,
        exchange -> {
          exchange.startResponse(-1);
          now += 1_000_000;
          UNREACHABLE.handle(exchange);
        });
    assertThat(send(passage, FINE).answer().map(Answer::status)).contains(503);
  }

  @Test
  void aClientThatLeavesIsNoFailureOfTheServer() {
    Passage passage = fuse("app@file", "{expression: 'ResponseCodeRatio(499, 500, 0, 600) > 0.5'}");
    send(passage, _ -> {}).abandon();
    assertThat(send(passage, FINE).answer().map(Answer::status)).contains(503);

    Passage other = fuse("other@file", HALF_UNREACHABLE);
    send(other, _ -> {}).abandon();
    assertThat(send(other, FINE).answer().map(Answer::status)).contains(200);
  }

  @Test
  void eachRouterHasABreakerOfItsOwnThatOutlivesAReload() {
    send(fuse("app@file", HALF_UNREACHABLE), UNREACHABLE);
    assertThat(send(fuse("other@file", HALF_UNREACHABLE), FINE).answer().map(Answer::status))
        .contains(200);
    assertThat(
            send(fuse("app@file", HALF_UNREACHABLE.replace("0.5", "0.6")), FINE)
                .answer()
                .map(Answer::status))
        .contains(200);
    Passage again = fuse("app@file", HALF_UNREACHABLE.replace("}", ", responseCode: 429}"));
    assertThat(send(again, FINE).answer().map(Answer::status)).contains(429);
  }

  @Test
  void seesEachTryOfARetryInFrontOfIt() {
    Passage retry = Passage.of(Retry.TYPE, "{attempts: 3}");
    Passage fuse = fuse("app@file", "{expression: 'NetworkErrorRatio() > 0.5', checkPeriod: 1ns}");
    var steps = new Steps("app@file", List.of(retry.step(), fuse.step()), UNREACHABLE::handle);
    var exchange = new TestExchange(TestRequest.get("/").head());
    steps.answer(exchange);
    exchange.pass(Duration.ofSeconds(1));

    assertThat(exchange.answer()).contains(Answer.text(503, "Service Unavailable"));
  }

  /** Where breakers are kept, for a fleet of one; what is asked there waits for the test. */
  private static final class Kept implements BreakerKeeper {
    private final Breaker breaker = new Breaker("kept", 0);
    private final List<Runnable> asked = new ArrayList<>();

    @Override
    public CompletionStage<Reply> tell(String key, Motion motion) {
      var reply = new CompletableFuture<Reply>();
      asked.add(() -> reply.complete(breaker.tell(motion, "kept", 0)));
      return reply;
    }

    void answer() {
      while (!asked.isEmpty()) {
        asked.removeFirst().run();
      }
    }
  }

  private Kept shared() {
    var kept = new Kept();
    fleet = counts(new SharedBreakers(kept, () -> "self", () -> 1, () -> now, (_, _) -> {}));
    return kept;
  }

  /** Opens it, and lets time go by until the next request is to probe. */
  private Passage beforeProbe(Kept kept) {
    Passage passage = fuse("app@file", HALF_UNREACHABLE);
    send(passage, UNREACHABLE);
    kept.answer();
    now += Duration.ofSeconds(10).toNanos();
    assertThat(send(passage, FINE).answer().map(Answer::status)).contains(503);
    kept.answer();
    now += Duration.ofSeconds(11).toNanos();
    return passage;
  }

  @Test
  void aRequestThatIsToProbeHoldsNoThreadWhileTheFleetIsAsked() {
    Kept kept = shared();
    Passage passage = beforeProbe(kept);
    TestExchange probe = send(passage, FINE);
    assertThat(probe.isSuspended()).isTrue();
    assertThat(send(passage, FINE).answer().map(Answer::status)).contains(503);
    kept.answer();
    probe.runIoThread();

    assertThat(probe.answer()).contains(Answer.text(200, "ok"));
    assertThat(send(passage, FINE).answer().map(Answer::status)).contains(200);
  }

  @Test
  void aProbeWhoseClientLeavesMakesRoomForAnother() {
    Kept kept = shared();
    Passage passage = beforeProbe(kept);
    TestExchange probe = send(passage, FINE);
    probe.abandon();
    kept.answer();
    probe.runIoThread();
    kept.answer();
    TestExchange other = send(passage, FINE);
    kept.answer();
    other.runIoThread();

    assertThat(other.answer()).contains(Answer.text(200, "ok"));
  }

  @Test
  void aProbePassesABreakerThatIsNamedTwice() {
    Kept kept = shared();
    Passage passage = beforeProbe(kept);
    TestExchange probe =
        send(
            passage,
            exchange -> {
              if (passage.step().onRequest(exchange.request()) instanceof Verdict.Enclose again) {
                again.enclosure().answer(exchange, FINE);
              }
            });
    kept.answer();
    probe.runIoThread();
    assertThat(probe.answer()).contains(Answer.text(200, "ok"));
  }

  @Test
  void aBreakerOfTheNodeAsksNobody() {
    Kept kept = shared();
    Passage passage = fuse("app@file", HALF_UNREACHABLE.replace("}", ", scope: node}"));
    send(passage, UNREACHABLE);
    assertThat(send(passage, FINE).answer().map(Answer::status)).contains(503);
    assertThat(kept.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{expression: Failures() > 0.5} | expression: at character 1: unknown function Failures",
        "{checkPeriod: 1s} | expression: an expression must not be empty",
        "{expression: NetworkErrorRatio() > 0.5, responseCode: 700} | responseCode is from 200 to",
        "{expression: NetworkErrorRatio() > 0.5, checkPeriod: -1s} | checkPeriod must not be",
      })
  void namesTheOptionThatIsWrong(String options, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fuse("app@file", options))
        .withMessageContaining(message);
  }
}
