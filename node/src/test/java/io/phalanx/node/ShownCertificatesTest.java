package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.ocsp.OcspAuthority;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ShownCertificatesTest {
  private final OcspAuthority authority = new OcspAuthority();
  private final ServerCertificate given = certificate();
  private final ServerCertificate issued = certificate();

  private ServerCertificate certificate() {
    return new ServerCertificate(authority.server(Optional.empty(), false));
  }

  /** The slower thread would take away what the other one has told of meanwhile. */
  @Test
  void theNewestStateIsToldLast() throws Exception {
    var current = new AtomicReference<List<ServerCertificate>>(List.of());
    var told = new ArrayList<List<ServerCertificate>>();
    var entered = new CountDownLatch(1);
    var other = new CountDownLatch(1);
    var shown =
        new ShownCertificates(
            current::get,
            all -> {
              if (all.size() == 1) {
                entered.countDown();
                await(other);
              }
              synchronized (told) {
                told.add(List.copyOf(all));
              }
            });
    Thread slow = Thread.ofPlatform().start(() -> shown.give(List.of(given)));
    assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
    current.set(List.of(issued));
    Thread fast = Thread.ofPlatform().start(shown::tell);
    // It has told of its state, or waits for the slow one.
    while (fast.isAlive() && fast.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    other.countDown();
    slow.join();
    fast.join();

    assertThat(told).hasSize(2).last().isEqualTo(List.of(given, issued));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
