package io.phalanx.cluster.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.budget.HeldTokens.Decision;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeldTokensTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration NO_DELAY = Duration.ZERO;

  private final AtomicLong numbers = new AtomicLong();
  private long now = Duration.ofHours(1).toNanos();
  private final HeldTokens<String> tokens = new HeldTokens<>("me", numbers::incrementAndGet, now);

  private Optional<Grant> take(String waiter) {
    return tokens.take(waiter, NO_DELAY, now);
  }

  private void pass(long millis) {
    now += Duration.ofMillis(millis).toNanos();
  }

  private Draw draw() {
    return tokens.next(now).orElseThrow();
  }

  private List<Decision<String>> answered(int granted, long held, Duration next) {
    return tokens.answered(new Drawn(Collections.nCopies(granted, NO_DELAY), held, next, 100), now);
  }

  @Test
  void whoFindsATokenWaitsForNobody() {
    take("first");
    draw();
    assertThat(answered(1, 4, NO_DELAY))
        .containsExactly(new Decision<>("first", new Grant.Admitted(NO_DELAY, 104)));

    for (int left = 103; left >= 100; left--) {
      assertThat(take("next")).contains(new Grant.Admitted(NO_DELAY, left));
    }
    assertThat(take("one more")).isEmpty();
  }

  @Test
  void isRenewedBeforeTheLastIsUsed() {
    take("first");
    draw();
    answered(1, 6, NO_DELAY);

    for (int i = 0; i < 2; i++) {
      take("next");
      assertThat(tokens.next(now)).isEmpty();
    }
    take("half of them");
    assertThat(draw().wanted()).as("for nobody who waits").isZero();
  }

  @Test
  void nobodyWaitsForAKeeperThatIsSilentForLong() {
    take("first");
    draw();
    pass(100);
    assertThat(take("while it may pause")).isEmpty();

    pass(1);
    assertThat(take("too late")).get().isInstanceOf(Grant.Unavailable.class);
    assertThat(answered(2, 0, NO_DELAY)).as("those who waited").hasSize(1);
    assertThat(take("after an answer")).isEmpty();
  }

  @Test
  void whereNothingWasLeftWhoComesIsRefusedSooner() {
    take("first");
    draw();
    answered(0, 0, Duration.ofMillis(1));
    pass(2);
    take("when a token may be there");
    draw();
    pass(26);

    assertThat(take("too late")).get().isInstanceOf(Grant.Refused.class);
    pass(1000);
    tokens.failed("no answer", now);
    assertThat(take("when it is given up"))
        .as("what is done then is for the limit to say")
        .get()
        .isInstanceOf(Grant.Unavailable.class);
  }

  @Test
  void afterAFailureTheFleetIsAskedAgainWithNobodyWaiting() {
    take("first");
    draw();
    pass(1000);
    assertThat(tokens.failed("no answer", now))
        .containsExactly(new Decision<>("first", new Grant.Unavailable("no answer")));

    assertThat(take("at once")).get().isInstanceOf(Grant.Unavailable.class);
    assertThat(tokens.next(now)).as("so soon").isEmpty();
    pass(100);
    assertThat(take("a while later")).get().isInstanceOf(Grant.Unavailable.class);
    assertThat(draw().wanted()).isZero();
    answered(0, 3, NO_DELAY);
    assertThat(take("after an answer")).get().isInstanceOf(Grant.Admitted.class);
  }

  @Test
  void whatNobodyUsesIsNotAskedFor() {
    take("first");
    draw();
    pass(1000);
    tokens.failed("no answer", now);
    pass(250);

    assertThat(tokens.next(now)).isEmpty();
    assertThat(tokens.isForgettable(now)).isTrue();
  }

  @Test
  void whoComesWhileMembersAreCountedWaitsUnlessThatTookLong() {
    take("first");
    draw();
    assertThat(tokens.postponed(PATIENCE, "not settled", now)).isEmpty();
    assertThat(take("second")).isEmpty();
    pass(20);
    assertThat(draw().wanted()).isEqualTo(2);

    pass(300);
    assertThat(tokens.postponed(PATIENCE, "no backup confirmed", now)).isEmpty();
    assertThat(take("third")).get().isInstanceOf(Grant.Unavailable.class);
    pass(20);
    draw();
    pass(700);
    assertThat(tokens.postponed(PATIENCE, "no backup confirmed", now)).hasSize(2);
    pass(20);
    assertThat(take("fourth")).get().isInstanceOf(Grant.Unavailable.class);
    assertThat(draw().wanted()).as("asked again, though nobody waits").isZero();
  }
}
