package io.phalanx.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class NearSessionsTest {
  private static final Duration EXPIRY = Duration.ofMinutes(30);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<Bid> bids = new ArrayList<>();
  private CompletionStage<Seating> answer =
      CompletableFuture.completedStage(new Seating.At("a", false));
  private long now = Long.MAX_VALUE - 1000;
  private final NearSessions sessions =
      new NearSessions(
          (_, bid) -> {
            bids.add(bid);
            return answer;
          },
          () -> now);

  private Seating seat(Bid bid, Duration patience) {
    return sessions.seat("key", bid, patience).toCompletableFuture().join();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void whatWasToldIsNear() {
    assertThat(sessions.near("key")).isEmpty();
    seat(Bid.at("b", EXPIRY), PATIENCE);

    assertThat(sessions.near("key")).contains("a");
    assertThat(sessions.near("other")).isEmpty();
    assertThat(bids).hasSize(1);
  }

  @Test
  void aSessionInUseIsAskedForAgainBehindItsRequests() {
    seat(Bid.at("b", EXPIRY), PATIENCE);
    pass(NearSessions.FRESH);
    var later = new CompletableFuture<Seating>();
    answer = later;

    for (int i = 0; i < 3; i++) {
      assertThat(sessions.near("key")).contains("a");
    }
    assertThat(bids).hasSize(2).last().isEqualTo(Bid.at("a", EXPIRY));
    later.complete(new Seating.At("c", false));
    assertThat(sessions.near("key")).contains("c");
    assertThat(bids).hasSize(2);
  }

  @Test
  void whatIsOldIsNotUsed() {
    seat(Bid.at("b", EXPIRY), PATIENCE);
    pass(NearSessions.USED);

    assertThat(sessions.near("key")).isEmpty();
    assertThat(bids).hasSize(1);
  }

  @Test
  void aSessionThatExpiresSoonIsNotUsedForLonger() {
    seat(Bid.at("b", Duration.ofSeconds(8)), PATIENCE);
    pass(Duration.ofSeconds(2));
    assertThat(sessions.near("key")).contains("a");
    assertThat(bids).as("asked for again").hasSize(2);
    pass(Duration.ofSeconds(4));

    assertThat(sessions.near("key")).isEmpty();
  }

  @Test
  void whatAPlaceClaimsIsNearAtOnce() {
    answer = new CompletableFuture<>();
    var _ = sessions.seat("key", Bid.claim("mine", EXPIRY), PATIENCE);

    assertThat(sessions.near("key")).contains("mine");
  }

  @Test
  void aSessionThatIsNowhereIsNotNear() {
    seat(Bid.at("b", EXPIRY), PATIENCE);
    answer = CompletableFuture.completedStage(new Seating.Nowhere());
    seat(Bid.instead("", "a", EXPIRY), PATIENCE);

    assertThat(sessions.near("key")).isEmpty();
  }

  @Test
  void nobodyWaitsLongerThanHisPatienceAndWhatWasKnownStays() {
    seat(Bid.at("b", EXPIRY), PATIENCE);
    answer = new CompletableFuture<>();

    assertThat(seat(Bid.at("b", EXPIRY), Duration.ofMillis(1)))
        .isEqualTo(new Seating.Unavailable("the fleet did not answer in time"));
    assertThat(sessions.near("key")).contains("a");
  }

  @Test
  void aKeeperThatFailsOrThrowsIsUnavailable() {
    answer = CompletableFuture.failedStage(new IllegalStateException("not active"));
    assertThat(seat(Bid.at("b", EXPIRY), PATIENCE))
        .isEqualTo(new Seating.Unavailable("not active"));
    var broken =
        new NearSessions(
            (_, _) -> {
              throw new IllegalStateException("stopped");
            },
            () -> now);

    assertThat(broken.seat("key", Bid.at("b", EXPIRY), PATIENCE).toCompletableFuture().join())
        .isEqualTo(new Seating.Unavailable("stopped"));
  }
}
