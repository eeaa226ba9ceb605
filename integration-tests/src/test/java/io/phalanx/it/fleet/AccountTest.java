package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.budget.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A limit of 10 at once and 10 a second. */
class AccountTest {
  private static final Limit LIMIT = new Limit(10, 10, Duration.ofSeconds(1));
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Offset<Double> EXACTLY = Offset.offset(1e-9);

  private final List<Admission> admissions = new ArrayList<>();

  private void admitted(int count, double asked, double admitted) {
    for (int i = 0; i < count; i++) {
      admissions.add(new Admission((long) (asked * SECOND), (long) (admitted * SECOND), 0));
    }
  }

  private Account account() {
    return Account.of(admissions, LIMIT, 10 * SECOND);
  }

  @Test
  void allOfTheBurstAndWhatComesIsWithinTheLimit() {
    admitted(10, 1, 1);
    admitted(10, 2, 2);
    admitted(10, 3, 3);

    assertThat(account().keepsTheLimit()).isTrue();
    assertThat(account().excess()).isEqualTo(0, EXACTLY);
    assertThat(account().allowed()).isEqualTo(100, EXACTLY);
    assertThat(account().missing()).isEqualTo(70, EXACTLY);
  }

  @Test
  void oneMoreInAnyIntervalIsNot() {
    admitted(10, 1, 1);
    admitted(1, 1.05, 1.05);
    admitted(1, 9, 9);

    assertThat(account().keepsTheLimit()).isFalse();
    assertThat(account().excess()).isEqualTo(0.5, EXACTLY);
    assertThat(account().when()).isEqualTo(SECOND);
    assertThat(account().during()).isEqualTo(Duration.ofMillis(50));
  }

  /** It may have been admitted when it was asked for, a second before the others. */
  @Test
  void whoHungBeforeItWasWrittenDownIsNotBlamed() {
    admitted(1, 0, 2);
    admitted(10, 1.5, 2);

    assertThat(account().keepsTheLimit()).isTrue();
  }
}
