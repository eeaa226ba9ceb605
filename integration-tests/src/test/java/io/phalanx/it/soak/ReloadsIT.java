package io.phalanx.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred reloads under full load over HTTP/1.1 and HTTP/2, then a drain: no request fails. */
class ReloadsIT {
  private static final int RELOADS = 100;

  @Test
  void noRequestFailsInReloadsAndADrain(@TempDir Path directory) throws Exception {
    Reloads.Result result = new Reloads(directory, RELOADS).run();

    System.out.printf(
        "%d reloads and a drain, %d answers %s, %d failures; from file to answer %d ms in the"
            + " median, %d ms at most%n",
        RELOADS,
        result.answers(),
        result.report(),
        result.failures().size(),
        result.took().get(RELOADS / 2).toMillis(),
        result.took().getLast().toMillis());
    assertThat(result.failures()).isEmpty();
    assertThat(result.answers()).isGreaterThan(RELOADS);
    assertThat(result.exitCode()).isZero();
  }
}
