package io.phalanx.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.Seating;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every fleet promises of sessions. */
abstract class SessionContract extends BreakerContract {
  private static final Duration HOUR = Duration.ofHours(1);

  private static Seating seat(Fleet fleet, String key, Bid bid) throws Exception {
    return fleet.sessions().seat(key, bid, PATIENCE).toCompletableFuture().get();
  }

  private static Bid look() {
    return Bid.at("", HOUR);
  }

  @Test
  void aSessionThatNobodyKnowsIsNowhere() throws Exception {
    assertThat(seat(any(0), "key", look())).isEqualTo(new Seating.Nowhere());
    assertThat(seat(any(1), "key", look())).isEqualTo(new Seating.Nowhere());
    assertThat(any(0).sessions().near("key")).isEmpty();
  }

  @Test
  void ofAThousandBidsAtOnceAllAreToldTheSamePlaceAndOneThatItIsNew() throws Exception {
    var seatings = new ArrayList<Future<Seating>>();
    for (int i = 0; i < 1000; i++) {
      seatings.add(
          any(i)
              .sessions()
              .seat("key", Bid.at("place " + i, HOUR), PATIENCE)
              .toCompletableFuture());
    }
    var places = new HashSet<String>();
    int fresh = 0;
    for (Future<Seating> seating : seatings) {
      assertThat(seating.get()).isInstanceOf(Seating.At.class);
      if (seating.get() instanceof Seating.At(String place, boolean isNew)) {
        places.add(place);
        fresh += isNew ? 1 : 0;
      }
    }
    assertThat(places).hasSize(1);
    assertThat(fresh).isEqualTo(1);
  }

  @Test
  void keysAreApart() throws Exception {
    for (int i = 0; i < 20; i++) {
      seat(any(i), "key " + i, Bid.at("place " + i, HOUR));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(seat(any(i + 1), "key " + i, look()))
          .isEqualTo(new Seating.At("place " + i, false));
    }
  }

  @Test
  void aPlaceThatManyLeaveAtOnceIsLeftOnce() throws Exception {
    seat(any(0), "key", Bid.at("old", HOUR));
    List<Future<Seating>> seatings = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      seatings.add(
          any(i)
              .sessions()
              .seat("key", Bid.instead("new " + i, "old", HOUR), PATIENCE)
              .toCompletableFuture());
    }
    var places = new HashSet<String>();
    for (Future<Seating> seating : seatings) {
      places.add(seating.get() instanceof Seating.At(String place, boolean _) ? place : "");
    }
    assertThat(places).hasSize(1).doesNotContain("", "old");
  }

  @Test
  void aPlaceThatIsLeftForNoneIsForgotten() throws Exception {
    seat(any(0), "key", Bid.at("old", HOUR));

    assertThat(seat(any(1), "key", Bid.instead("", "other", HOUR)))
        .isEqualTo(new Seating.At("old", false));
    assertThat(seat(any(1), "key", Bid.instead("", "old", HOUR))).isEqualTo(new Seating.Nowhere());
    assertThat(any(1).sessions().near("key")).isEmpty();
    assertThat(seat(any(2), "key", look())).isEqualTo(new Seating.Nowhere());
  }

  @Test
  void whatAPlaceSaysItselfCounts() throws Exception {
    seat(any(0), "key", Bid.at("guessed", HOUR));

    assertThat(seat(any(1), "key", Bid.claim("right", HOUR)))
        .isEqualTo(new Seating.At("right", true));
    assertThat(seat(any(1), "key", Bid.claim("right", HOUR)))
        .isEqualTo(new Seating.At("right", false));
    assertThat(seat(any(2), "key", look())).isEqualTo(new Seating.At("right", false));
  }

  @Test
  void aSessionThatNobodyAskedForIsForgotten() throws Exception {
    seat(any(0), "key", Bid.at("old", Duration.ofNanos(1)));

    assertThat(seat(any(1), "key", Bid.at("new", HOUR))).isEqualTo(new Seating.At("new", true));
  }

  @Test
  void sessionsStayWhenAMemberDies() throws Exception {
    for (int i = 0; i < 50; i++) {
      seat(any(i), "key " + i, Bid.at("place " + i, HOUR));
    }
    kill(0);

    for (int i = 0; i < 50; i++) {
      assertThat(seat(survivor(), "key " + i, Bid.at("other", HOUR)))
          .isEqualTo(new Seating.At("place " + i, false));
    }
  }
}
