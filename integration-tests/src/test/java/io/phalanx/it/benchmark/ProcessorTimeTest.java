package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ProcessorTimeTest {
  private static final String TIMES =
      " S 1 42 42 0 -1 4194304 500 0 0 0 1000 200 30 4 20 0 2 0 12345 1000000 300";

  @Test
  void addsUserAndSystemTimeOfAProcessAndOfItsEndedChildren() {
    assertThat(ProcessorTime.parseProcess("42 (nginx)" + TIMES)).isEqualTo(1234);
  }

  @Test
  void takesNamesWithSpacesAndParentheses() {
    assertThat(ProcessorTime.parseProcess("42 (a) 9 (b) c)" + TIMES)).isEqualTo(1234);
  }

  @Test
  void countsStolenTimeAsBusyAndGuestsOnlyOnce() {
    assertThat(ProcessorTime.parseMachine("cpu  1 20 300 70000 80000 4000 50000 600000 7 8"))
        .isEqualTo(654_321);
  }

  @Test
  void refusesTheLineOfOneCore() {
    assertThatThrownBy(() -> ProcessorTime.parseMachine("cpu0 1 2 3 4 5 6 7 8"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aProcessThatIsGoneHasNoTime() {
    assertThat(ProcessorTime.ofProcess(Long.MAX_VALUE)).isZero();
  }
}
