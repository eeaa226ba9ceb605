package io.phalanx.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short soak; {@code integration-tests/soak} runs a long one. */
class SoakIT {
  private static final Duration DURATION = Duration.ofSeconds(10);

  @Test
  void leavesNothingBehind(@TempDir Path directory) throws Exception {
    Soak.Result result = new Soak(directory, DURATION, List.of()).run();

    System.out.println("start " + result.start() + "\nend   " + result.end());
    System.out.print(result.report());
    assertThat(result.faults()).isEmpty();
  }
}
