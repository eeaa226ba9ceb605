package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few runs; {@code integration-tests/faults} does many. */
class BudgetFaultsIT {
  private static final int RUNS = Integer.getInteger("phalanx.faults.runs", 2);
  private static final long SEED = Long.getLong("phalanx.faults.seed", System.nanoTime() & 0xffff);

  @TempDir private Path directory;

  /** What the measure itself costs, and members that lack nothing. */
  @Test
  void hardlyLessThanTheLimitWhileNothingHappens() throws Exception {
    BudgetFaults.Result result = BudgetFaults.run(0, List.of(), directory.resolve("calm"));
    System.out.println(result);
    assertThat(result.isGood()).as("%s", result).isTrue();
    assertThat(result.account().missing()).isLessThan(0.1 * result.account().allowed());
  }

  @Test
  void neverMoreThanTheLimitWhateverHappensToMembers() throws Exception {
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      BudgetFaults.Result result = BudgetFaults.run(seed, directory.resolve("run-" + seed));
      System.out.println(result);
      assertThat(result.isGood()).as("%s of %s", result, result.faults()).isTrue();
    }
  }
}
