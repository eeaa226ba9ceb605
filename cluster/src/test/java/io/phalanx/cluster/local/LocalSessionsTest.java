package io.phalanx.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.Seating;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalSessionsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private long now;
  private final LocalSessions sessions = new LocalSessions(() -> now);

  private Seating seat(String key, String place) {
    return sessions.seat(key, Bid.at(place, MINUTE), Duration.ZERO).toCompletableFuture().join();
  }

  @Test
  void aSessionIsForgottenAMinuteAfterItWasAskedForLast() {
    seat("key", "a");
    for (int i = 0; i < 5; i++) {
      now += MINUTE.toNanos() - 1;
      assertThat(seat("key", "b")).isEqualTo(new Seating.At("a", false));
    }
    now += MINUTE.toNanos();

    assertThat(sessions.count()).isZero();
    assertThat(seat("key", "b")).isEqualTo(new Seating.At("b", true));
  }

  @Test
  void toAskForWhatIsNearProlongsIt() {
    assertThat(sessions.near("key")).isEmpty();
    seat("key", "a");
    for (int i = 0; i < 5; i++) {
      now += MINUTE.toNanos() - 1;
      assertThat(sessions.near("key")).contains("a");
    }
    now += MINUTE.toNanos();

    assertThat(sessions.near("key")).isEmpty();
    assertThat(seat("key", "b")).isEqualTo(new Seating.At("b", true));
  }

  @Test
  void moreSessionsThanThereIsRoomForPushOthersOut() {
    for (int i = 0; i < LocalSessions.MAX_SESSIONS + 10_000; i++) {
      seat("key " + i, "a");
    }

    assertThat(sessions.count()).isLessThanOrEqualTo(LocalSessions.MAX_SESSIONS);
  }
}
