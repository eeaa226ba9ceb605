package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The holder is killed a few times; {@code integration-tests/certificates} does it often. */
class OrderDeathsIT {
  private static final int TIMES = Integer.getInteger("phalanx.deaths.times", 1);

  @TempDir private Path directory;

  @Test
  void oneCertificateForEachNeedWhereverTheHolderOfAnOrderIsKilled() throws Exception {
    try (ResolverFleet fleet = ResolverFleet.start(directory, Pebble.Making.USUAL)) {
      OrderDeaths deaths = OrderDeaths.all(fleet, TIMES);
      System.out.print(deaths.table());

      assertThat(deaths.wrong()).isEmpty();
      assertThat(deaths.wrongInTheEnd()).isEmpty();
    }
  }
}
