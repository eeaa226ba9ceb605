package io.phalanx.cluster.local;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetContract;
import io.phalanx.cluster.Fleets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class LocalFleetTest extends FleetContract {
  @TempDir private Path directory;

  @Override
  protected Fleets start() {
    LocalFleet fleet =
        LocalFleet.start(InstantSource.system(), directory.resolve("data").resolve("signing.key"));
    return new Fleets() {
      @Override
      public List<Fleet> all() {
        return List.of(fleet);
      }

      @Override
      public void kill(int member) {
        // A fleet of one has nobody to go on.
      }

      @Override
      public void close() {
        fleet.close();
      }
    };
  }
}
