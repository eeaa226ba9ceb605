package io.phalanx.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryBoundTest {
  private final AtomicInteger told = new AtomicInteger();
  private final MemoryBound memory = new MemoryBound(100, told::incrementAndGet);

  @Test
  void countsWhatIsBeyondTheFreeBytesOfAConnection() {
    MemoryBound.Share one = memory.share(10);
    MemoryBound.Share other = memory.share(10);

    assertThat(one.take(8)).isTrue();
    assertThat(memory.held()).isZero();
    assertThat(one.take(52)).isTrue();
    assertThat(memory.held()).isEqualTo(50);
    assertThat(other.take(60)).isTrue();
    assertThat(memory.held()).isEqualTo(100);

    one.give(55);
    assertThat(memory.held()).isEqualTo(50);
    one.give(5);
    other.give(60);
    assertThat(memory.held()).isZero();
  }

  @Test
  void takesTheFreeBytesOfAnyConnectionWhenThereIsNoRoom() {
    assertThat(memory.share(0).take(100)).isTrue();
    MemoryBound.Share late = memory.share(10);

    assertThat(late.take(11)).isFalse();
    assertThat(late.take(10)).isTrue();
    assertThat(late.take(1)).isFalse();

    assertThat(memory.held()).isEqualTo(100);
    assertThat(memory.refused()).isEqualTo(2);
    assertThat(told).hasValue(2);
  }

  @Test
  void getsAllBackOfAConnectionThatIsGoneAndNothingMore() {
    MemoryBound.Share gone = memory.share(10);
    assertThat(gone.take(60)).isTrue();

    gone.close();
    gone.close();
    gone.give(60);
    assertThat(gone.take(1000)).isTrue();

    assertThat(memory.held()).isZero();
  }

  @Test
  void isBoundedByAPartOfTheHeap() {
    MemoryBound.Share share = MemoryBound.ofHeap(() -> {}).share(0);

    assertThat(share.take(Runtime.getRuntime().maxMemory() / 8)).isTrue();
    assertThat(share.take(1)).isFalse();
  }

  @Test
  void takesNothingWhereNothingIsToBeHeld() {
    assertThat(MemoryBound.nothing().take(1)).isFalse();
    assertThat(MemoryBound.unbounded().take(Long.MAX_VALUE / 2)).isTrue();
  }

  @Test
  void hasNoLimitBelowZero() {
    assertThatIllegalArgumentException().isThrownBy(() -> new MemoryBound(-1, () -> {}));
  }
}
