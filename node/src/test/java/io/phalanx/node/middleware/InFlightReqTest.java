package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.cluster.local.LocalBreakers;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSlots;
import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.slot.Entry;
import io.phalanx.cluster.slot.Slots;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InFlightReqTest {
  private static final Answer FULL = Answer.text(429, "max connections reached: 1");

  private final List<Exchange> inside = new ArrayList<>();
  private Slots shared = new LocalSlots();

  private MiddlewareContext context(String router) {
    var budgets = new LocalBudgets(System::nanoTime);
    return new MiddlewareContext(
        router,
        "few@file",
        new Counts(budgets, shared, Passage.NO_QUOTAS, new LocalBreakers(System::nanoTime)),
        new Counts(
            budgets, new LocalSlots(), Passage.NO_QUOTAS, new LocalBreakers(System::nanoTime)),
        () -> true,
        new MemoryBound(0, () -> {}),
        new ManualScheduler(),
        Passage.PARTS);
  }

  private Passage few(String options) {
    return Passage.of(InFlightReq.TYPE, options, context("app@file"));
  }

  private TestExchange start(Passage passage, TestRequest request) {
    var exchange = new TestExchange(request.head());
    if (passage.step().onRequest(exchange.request()) instanceof Verdict.Enclose enclose) {
      enclose.enclosure().answer(exchange, inside::add);
    }
    return exchange;
  }

  private static TestRequest to(String host) {
    return TestRequest.get("/").host(host);
  }

  @Test
  void letsSoManyInAtATimeAndTheNextWhenOneIsOver() {
    Passage passage = few("{amount: 1}");
    TestExchange first = start(passage, to("a.test"));
    TestExchange second = start(passage, to("a.test"));
    assertThat(inside).containsExactly(first);
    assertThat(second.answer()).contains(FULL);

    first.respond(Answer.text(200, "ok"));
    TestExchange third = start(passage, to("a.test"));
    assertThat(inside).containsExactly(first, third);
  }

  @Test
  void countsHostsApartHoweverTheyAreSpelt() {
    Passage passage = few("{amount: 1}");
    start(passage, to("a.test"));
    start(passage, to("b.test"));
    assertThat(start(passage, to("A.test:8080")).answer()).contains(FULL);
    assertThat(inside).hasSize(2);
  }

  @Test
  void countsForEachRouterUnlessABudgetIsNamed() {
    start(few("{amount: 1}"), to("a.test"));
    start(Passage.of(InFlightReq.TYPE, "{amount: 1}", context("other@file")), to("a.test"));
    assertThat(inside).hasSize(2);

    start(few("{amount: 1, budget: all}"), to("a.test"));
    Passage other = Passage.of(InFlightReq.TYPE, "{amount: 1, budget: all}", context("other@file"));
    assertThat(start(other, to("a.test")).answer()).contains(FULL);
  }

  /** Slots whose answer the test gives. */
  private static final class Asked implements Slots {
    private final CompletableFuture<Entry> answer = new CompletableFuture<>();
    private final List<Long> most = new ArrayList<>();

    @Override
    public CompletionStage<Entry> enter(
        String key, long amount, Counted counted, Duration patience) {
      return answer;
    }

    @Override
    public Entry enterAnyway(String key, long amount, Counted counted, long atMost) {
      most.add(atMost);
      return new Entry.Entered(() -> {});
    }
  }

  @Test
  void holdsNoThreadWhileTheFleetIsAsked() {
    var asked = new Asked();
    shared = asked;
    TestExchange exchange = start(few("{amount: 1}"), to("a.test"));
    assertThat(inside).isEmpty();

    asked.answer.complete(new Entry.Entered(() -> {}));
    exchange.runIoThread();

    assertThat(inside).containsExactly(exchange);
  }

  @Test
  void keepsNoSlotForAClientThatLeftMeanwhile() {
    var asked = new Asked();
    shared = asked;
    TestExchange exchange = start(few("{amount: 1}"), to("a.test"));
    exchange.abandon();
    var left = new ArrayList<String>();
    asked.answer.complete(new Entry.Entered(() -> left.add("left")));
    exchange.runIoThread();

    assertThat(inside).isEmpty();
    assertThat(left).containsExactly("left");
  }

  @ParameterizedTest
  @CsvSource({
    "local, 12",
    "allow, 9223372036854775807",
  })
  void decidesAsDeclaredWhileTheFleetDoesNotAnswer(String onSplit, long most) {
    var asked = new Asked();
    asked.answer.complete(new Entry.Unavailable("split"));
    shared = asked;
    start(few("{amount: 12, onSplit: " + onSplit + "}"), to("a.test"));

    assertThat(asked.most).containsExactly(most);
    assertThat(inside).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"deny, 503", "fair-share, 429"})
  void letsNobodyInWithoutAnAnswerWhereThatIsDeclared(String onSplit, int status) {
    var asked = new Asked();
    asked.answer.complete(new Entry.Unavailable("split"));
    shared = asked;
    TestExchange exchange = start(few("{amount: 12, onSplit: " + onSplit + "}"), to("a.test"));

    assertThat(exchange.answer().map(Answer::status)).contains(status);
    assertThat(inside).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{amount: 0}", "{amount: -1}", "{}"})
  void needsAnAmount(String options) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> few(options))
        .withMessageContaining("amount");
  }
}
