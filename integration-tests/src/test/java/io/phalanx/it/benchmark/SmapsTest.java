package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SmapsTest {
  @Test
  void readsWhatIsResidentAndThePartOfWhatIsShared() {
    List<String> lines =
        List.of(
            "559b579b6000-7ffcdd8a1000 ---p 00000000 00:00 0                          [rollup]",
            "Rss:              201672 kB",
            "Pss:              180267 kB",
            "Pss_Dirty:           112 kB");

    assertThat(Smaps.parse(lines)).isEqualTo(new Smaps(201_672, 180_267));
  }

  @Test
  void refusesWhatHasNoSuchLine() {
    assertThatThrownBy(() -> Smaps.parse(List.of("Rss: 1 kB")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Pss:");
  }

  @Test
  void keepsTheLargestOfEach() {
    assertThat(new Smaps(10, 2).max(new Smaps(9, 3))).isEqualTo(new Smaps(10, 3));
  }
}
