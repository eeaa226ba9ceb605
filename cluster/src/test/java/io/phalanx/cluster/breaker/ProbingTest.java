package io.phalanx.cluster.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A member that asks for leave to probe, and gets its answers when the test gives them. */
class ProbingTest {
  private static final Terms TERMS =
      new Terms(Duration.ofNanos(1), Duration.ofSeconds(1), Duration.ofSeconds(1));

  private record Asked(Message message, Runnable answer) {}

  private final Breaker kept = new Breaker("keeper", 0);
  private final List<Asked> asked = new ArrayList<>();
  private long now;
  private final SharedBreakers breakers =
      new SharedBreakers(this::tell, () -> "self", () -> 1, () -> now, (_, _) -> {});
  private final Circuit circuit =
      breakers.circuit(new Subject("app", "fuse", ""), TERMS, Failures::new);

  private CompletionStage<Reply> tell(String key, Motion motion) {
    var answer = new CompletableFuture<Reply>();
    Reply reply = kept.tell(motion, "keeper", now);
    asked.add(new Asked(motion.message(), () -> answer.complete(reply)));
    return answer;
  }

  private void answerAll() {
    while (!asked.isEmpty()) {
      asked.removeFirst().answer.run();
    }
  }

  private CompletableFuture<Entrance> ask() {
    return ((Entrance.Asked) circuit.enter(new Object())).decision().toCompletableFuture();
  }

  private void openAndLetTimeGoBy() {
    circuit.over((Entrance.Inside) circuit.enter(new Object()), 502, 0);
    answerAll();
    now += Duration.ofSeconds(2).toNanos();
    assertThat(circuit.enter(new Object())).isEqualTo(Entrance.REFUSED);
    answerAll();
    now += Duration.ofSeconds(2).toNanos();
  }

  @Test
  void aLateAnswerToARenewalDecidesNothingForTheNextProbe() {
    openAndLetTimeGoBy();
    CompletableFuture<Entrance> first = ask();
    answerAll();
    now += Duration.ofSeconds(1).toNanos();
    breakers.repeat();
    Asked renewal = asked.removeFirst();
    circuit.left((Entrance.Inside) first.join());
    answerAll();

    CompletableFuture<Entrance> second = ask();
    renewal.answer.run();
    assertThat(second).isNotDone();
    answerAll();
    assertThat(second).isCompletedWithValueMatching(Entrance.Inside.class::isInstance);
    assertThat(second.join()).isNotEqualTo(first.join());
    circuit.over((Entrance.Inside) second.join(), 200, 0);
    assertThat(circuit.enter(new Object())).isInstanceOf(Entrance.Inside.class);
    assertThat(circuit.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void aProbeThatEndsTwiceEndsNoOther() {
    openAndLetTimeGoBy();
    CompletableFuture<Entrance> first = ask();
    answerAll();
    circuit.left((Entrance.Inside) first.join());
    answerAll();
    CompletableFuture<Entrance> second = ask();
    circuit.left((Entrance.Inside) first.join());
    answerAll();
    assertThat(second).isCompletedWithValueMatching(Entrance.Inside.class::isInstance);
  }
}
