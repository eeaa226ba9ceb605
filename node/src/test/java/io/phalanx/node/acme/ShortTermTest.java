package io.phalanx.node.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.lease.Leases.Candidacy;
import io.phalanx.cluster.local.LocalFleet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShortTermTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Fleet fleet = LocalFleet.start(InstantSource.system(), Path.of("none"));

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void theWorkIsDoneOnceAndTheLeaseIsGivenBack() throws Exception {
    var times = new AtomicInteger();
    for (int i = 1; i <= 3; i++) {
      int done = ShortTerm.under(fleet.leases(), "x", LIMIT, lease -> times.incrementAndGet());
      assertThat(done).isEqualTo(i);
      assertThat(fleet.leases().holder("x")).isEmpty();
    }
  }

  @Test
  void whatTheWorkThrowsIsThrown() {
    assertThatThrownBy(
            () ->
                ShortTerm.under(
                    fleet.leases(),
                    "x",
                    LIMIT,
                    _ -> {
                      throw new IOException("no disk");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("no disk");
    assertThatThrownBy(
            () ->
                ShortTerm.under(
                    fleet.leases(),
                    "x",
                    LIMIT,
                    _ -> {
                      throw new IllegalStateException("a format that this release does not know");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("a format that this release does not know");
  }

  @Test
  void whoDoesNotGetTheLeaseInTimeIsToldSo() throws Exception {
    var held = new CountDownLatch(1);
    try (Candidacy _ =
        fleet
            .leases()
            .compete(
                "x",
                _ -> {
                  held.countDown();
                  new CountDownLatch(1).await();
                })) {
      held.await();
      assertThatThrownBy(
              () -> ShortTerm.under(fleet.leases(), "x", Duration.ofMillis(50), _ -> "done"))
          .hasMessageContaining("another command is under way");
    }
  }
}
