package io.phalanx.node.digest;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Signing;
import io.phalanx.node.digest.Nonces.Use;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NoncesTest {
  private static final FleetKey KEY = FleetKey.generate();

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-24T12:00:00Z"));

  private Nonces member(FleetKey... keys) {
    return new Nonces(Signing.of(List.of(keys), "test"), now::get);
  }

  @Test
  void eachCountMayBeUsedOnce() {
    Nonces nonces = member(KEY);
    String nonce = nonces.next();

    assertThat(nonces.use(nonce, 1)).isEqualTo(Use.FIRST);
    assertThat(nonces.use(nonce, 1)).isEqualTo(Use.STALE);
    assertThat(nonces.use(nonce, 2)).isEqualTo(Use.FIRST);
    assertThat(nonces.use(nonce, 1)).isEqualTo(Use.STALE);
    assertThat(nonces.use(nonce, 0)).isEqualTo(Use.STALE);
  }

  @Test
  void requestsMayOvertakeEachOther() {
    Nonces nonces = member(KEY);
    String nonce = nonces.next();

    assertThat(nonces.use(nonce, 70)).isEqualTo(Use.FIRST);
    assertThat(nonces.use(nonce, 6)).isEqualTo(Use.FIRST);
    assertThat(nonces.use(nonce, 6)).isEqualTo(Use.STALE);
    assertThat(nonces.use(nonce, 5)).isEqualTo(Use.STALE);
    assertThat(nonces.use(nonce, 69)).isEqualTo(Use.FIRST);
    assertThat(nonces.use(nonce, 69)).isEqualTo(Use.STALE);
    assertThat(nonces.use(nonce, 72)).isEqualTo(Use.FIRST);
    assertThat(nonces.use(nonce, 71)).isEqualTo(Use.FIRST);
    assertThat(nonces.use(nonce, 70)).isEqualTo(Use.STALE);
    assertThat(nonces.use(nonce, 69)).isEqualTo(Use.STALE);
    assertThat(nonces.use(nonce, 72 + 64)).isEqualTo(Use.FIRST);
    assertThat(nonces.use(nonce, 72)).isEqualTo(Use.STALE);
    assertThat(nonces.use(nonce, 73)).isEqualTo(Use.FIRST);
    assertThat(nonces.use(nonce, 72 + 64 + 1_000)).isEqualTo(Use.FIRST);
    assertThat(nonces.use(nonce, 72 + 64)).isEqualTo(Use.STALE);
  }

  @Test
  void everyMemberKnowsThoseOfAllAlsoWhileKeysChange() {
    FleetKey next = FleetKey.generate();
    String old = member(KEY).next();

    assertThat(member(KEY).use(old, 1)).isEqualTo(Use.FIRST);
    assertThat(member(next, KEY).use(old, 1)).isEqualTo(Use.FIRST);
    assertThat(member(KEY, next).use(member(next, KEY).next(), 1)).isEqualTo(Use.FIRST);
    assertThat(member(next).use(old, 1)).isEqualTo(Use.STALE);
  }

  @Test
  void agesWithinAnHour() {
    Nonces nonces = member(KEY);
    String nonce = nonces.next();

    now.updateAndGet(time -> time.plus(Duration.ofHours(1)));
    assertThat(nonces.use(nonce, 1)).isEqualTo(Use.FIRST);
    now.updateAndGet(time -> time.plusMillis(1));
    assertThat(nonces.use(nonce, 2)).isEqualTo(Use.STALE);
    String ofAFasterClock = nonces.next();
    now.updateAndGet(time -> time.minus(Duration.ofMinutes(5)));
    assertThat(nonces.use(ofAFasterClock, 1)).isEqualTo(Use.FIRST);
    now.updateAndGet(time -> time.minusMillis(1));
    assertThat(nonces.use(ofAFasterClock, 2)).isEqualTo(Use.STALE);
  }

  @Test
  void nobodyElseMakesThem() {
    Nonces nonces = member(KEY);
    String nonce = nonces.next();
    char first = nonce.charAt(0) == 'A' ? 'B' : 'A';

    assertThat(nonces.use(first + nonce.substring(1), 1)).isEqualTo(Use.STALE);
    assertThat(nonces.use(nonce.substring(0, nonce.length() - 2), 1)).isEqualTo(Use.STALE);
    assertThat(nonces.use("abcdefgh12345678", 1)).isEqualTo(Use.STALE);
    assertThat(nonces.use("", 1)).isEqualTo(Use.STALE);
    assertThat(nonces.use("%%%", 1)).isEqualTo(Use.STALE);
    assertThat(nonces.next()).isNotEqualTo(nonce);
  }
}
